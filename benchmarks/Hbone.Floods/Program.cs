using System.CommandLine;
using Hbone.Floods;

Option<int> seconds = new("--seconds") { Description = "How long each flood goes on.", DefaultValueFactory = _ => 2 };
Option<string?> only = new("--only") { Description = "Only floods whose name contains this." };
Option<bool> strict = new("--strict") { Description = "Also fail when the honest client's round trips exceed 50 ms (p99): for a quiet machine." };
Command run = new("run", "Every flood against hbone serve; fails when one is not ended in time or costs too much memory.") { seconds, only, strict };
run.SetAction(async (parsed, _) =>
{
    var floods = new FloodRun(TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(strict));
    return await floods.RunAsync(parsed.GetValue(only)) == 0 ? 0 : 1;
});

Option<int> tunnels = new("--tunnels") { Description = "How many tunnels to open and close.", DefaultValueFactory = _ => 1_000_000 };
Command leak = new("leak", "Opens and closes tunnels through one server; fails when its heap or descriptors have grown by more than 5 %.") { tunnels };
leak.SetAction(async (parsed, _) => await LeakCheck.RunAsync(parsed.GetValue(tunnels)) ? 0 : 1);

Argument<string> identity = new("identity");
Command server = new("server", "The server of the leak check.") { identity };
server.Hidden = true;
server.SetAction(async (parsed, _) => await LeakServer.RunAsync(parsed.GetRequiredValue(identity)));

return await new RootCommand("Floods and leaks: what hostile and busy clients cost a server.") { run, leak, server }.Parse(args).InvokeAsync();
