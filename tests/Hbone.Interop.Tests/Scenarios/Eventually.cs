namespace Hbone.Interop.Tests.Scenarios;

/// <summary>Waits for a state that the other side of a socket brings about and for which there is no signal.</summary>
internal static class Eventually
{
    public static async Task Async(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
