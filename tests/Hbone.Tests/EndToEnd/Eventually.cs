namespace Hbone.Tests.EndToEnd;

/// <summary>Waits for a state that the other side of a socket brings about and for which there is no signal.</summary>
internal static class Eventually
{
    public static async Task Async(Func<bool> condition)
    {
        long start = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - start < 20_000, "the state did not come about");
            await Task.Yield();
        }
    }
}
