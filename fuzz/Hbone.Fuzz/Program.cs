using Hbone.Fuzz;
using Hbone.Fuzz.Runs;

return args switch
{
    ["list"] => List(),
    ["afl", string target] => AflRun.Start(FuzzTargets.Get(target)),
    ["replay", string target, .. string[] paths] when paths.Length > 0 => Replay.Start(FuzzTargets.Get(target), paths, Console.Out),
    ["mutate", .. string[] options] => MutateCommand.Start(options, Console.Out),
    _ => Usage(),
};

static int List()
{
    foreach (IFuzzTarget target in FuzzTargets.All)
    {
        Console.WriteLine(target.Name);
    }

    return 0;
}

static int Usage()
{
    Console.Error.WriteLine(
        """
        list                            names of the targets
        replay TARGET FILE-OR-FOLDER..  runs inputs once each; exit code 1 on a finding
        mutate [--corpus DIR] [--findings DIR] [--seconds N] [--seed N] [TARGET..]
                                        mutates the corpus for N seconds a target (all targets unless named), the same
                                        inputs for the same seed; exit code 1 on a finding
        afl TARGET                      takes inputs from afl-fuzz, or one from standard input
        """);
    return 2;
}
