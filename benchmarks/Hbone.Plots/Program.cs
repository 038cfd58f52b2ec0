using System.CommandLine;
using Hbone.Plots;
using Hbone.Plots.Compare;
using Hbone.Plots.Peers;

Option<FileInfo?> compare = new("--compare") { Description = "What the load test wrote with compare --json." };
Option<FileInfo?> peers = new("--peers") { Description = "What benchmarks/peers/compare.sh wrote with --json." };
Option<DirectoryInfo> output = new("--out") { Description = "Where the pictures go; made if it is missing.", Required = true };
RootCommand root = new("Draws measurements as PNG files.") { compare, peers, output };
root.SetAction(parsed =>
{
    try
    {
        List<Picture> pictures = [];
        if (parsed.GetValue(compare) is { } comparison)
        {
            pictures.AddRange(RatioPlot.Draw(InputFile.Read(comparison, ComparisonJson.Parse)));
        }

        if (parsed.GetValue(peers) is { } measured)
        {
            pictures.Add(ThroughputPlot.Draw(InputFile.Read(measured, PeersJson.Parse)));
        }

        if (pictures.Count == 0)
        {
            throw new PlotException("nothing to draw: give --compare, --peers or both");
        }

        DirectoryInfo folder = parsed.GetRequiredValue(output);
        folder.Create();
        foreach (Picture picture in pictures)
        {
            Console.WriteLine(picture.Save(folder));
        }

        return 0;
    }
    catch (Exception exception) when (exception is PlotException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"error: {exception.Message}");
        return 1;
    }
});
return root.Parse(args).Invoke();
