using FsCheck.Xunit;

namespace Hbone.Conformance.Tests.Model;

/// <summary>Any sequence of legal and illegal frames and of calls leads where the model says, under both roles.</summary>
public sealed class StateMachineProperties
{
    // Each run sends at most 60 frames beside its probes and provokes at most 12 resets: far below every limit on abuse.
    private const int MaxSteps = 60;

    [Property(MaxTest = 120, EndSize = 4 * MaxSteps)]
    public void Server_does_what_the_model_says(byte[] script) =>
        RunAsync(Roles.Server, script).GetAwaiter().GetResult();

    [Property(MaxTest = 120, EndSize = 4 * MaxSteps)]
    public void Client_does_what_the_model_says(byte[] script) =>
        RunAsync(Roles.Client, script).GetAwaiter().GetResult();

    private static async Task RunAsync(Roles role, byte[] script)
    {
        await using ModelRun run = await ModelRun.StartAsync(role);
        await run.StepAsync(0, 1, 0);
        foreach (byte[] step in script.Chunk(4).Where(step => step.Length == 4).Take(MaxSteps))
        {
            await run.StepAsync(step[0], step[1], (ushort)((step[2] << 8) | step[3]));
        }

        await run.FinishAsync();
    }
}
