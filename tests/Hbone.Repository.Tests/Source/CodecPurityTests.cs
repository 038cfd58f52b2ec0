using System.Text.RegularExpressions;

namespace Hbone.Repository.Tests.Source;

public sealed partial class CodecPurityTests
{
    private const string BannedSymbols = "eng/BannedSymbols.Codec.txt";

    // The compiler refuses these in the codec; the words below are for the folder that has no project of its own.
    private static readonly string[] s_banned =
    [
        "N:System.IO", "N:System.Net.Sockets", "N:System.Net.Security", "T:System.Threading.Tasks.Task",
        "T:System.Threading.Tasks.ValueTask", "T:System.Threading.Timer", "T:System.Threading.Lock",
        "T:System.Threading.Monitor", "T:System.TimeProvider", "T:System.Diagnostics.Stopwatch",
        "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.UtcNow",
    ];

    [Fact]
    public void Banned_symbols_are_wired_for_the_codec_as_errors()
    {
        string[] wiring = ["src/Directory.Build.props", "src/Directory.Build.targets", "src/Hbone.Framing/Hbone.Framing.csproj"];

        Assert.Contains(wiring, path => WiredList().IsMatch(RepositoryTree.Read(path)));
        Assert.Contains("dotnet_diagnostic.RS0030.severity = error", RepositoryTree.Read("eng/src.globalconfig"), StringComparison.Ordinal);
        Assert.Empty(s_banned.Except(RepositoryTree.Read(BannedSymbols).Split('\n').Select(line => line.Split(';')[0])));
    }

    [Theory]
    [InlineData("src/Hbone.Framing")]
    [InlineData("src/Hbone.Tunnel/Protocol")]
    public void Code_that_only_decides_neither_waits_nor_logs_nor_reads_a_clock(string folder)
    {
        IEnumerable<SourceFile> files = SourceFile.Under(folder);

        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(Impurities));
    }

    [Theory]
    [InlineData("async Task RunAsync() { }", true)]
    [InlineData("private readonly Lock _gate = new();", true)]
    [InlineData("lock (_gate) { }", true)]
    [InlineData("long now = Stopwatch.GetTimestamp();", true)]
    [InlineData("DateTimeOffset now = DateTimeOffset.UtcNow;", true)]
    [InlineData("private readonly ILogger _logger;", true)]
    [InlineData("void Write(Stream stream) { }", true)]
    [InlineData("ErrorScope scope = ErrorScope.Stream;", false)]
    [InlineData("int StreamId; // no Task, no lock", false)]
    [InlineData("bool IsDue(TimeSpan sinceLastByte) => sinceLastByte > _interval;", false)]
    public void Impurity_is_noticed(string source, bool isImpure) =>
        Assert.Equal(isImpure, Impurities(SourceFile.Parse("src/Hbone.Tunnel/Protocol/X.cs", source)).Any());

    private static IEnumerable<string> Impurities(SourceFile file)
    {
        // ErrorScope declares a member named Stream; in the codec the type is the compiler's to refuse.
        bool streamIsAWord = file.Path.StartsWith("src/Hbone.Framing/", StringComparison.Ordinal);
        return ImpureWord().Matches(file.Code)
            .Where(match => !(streamIsAWord && match.Value == "Stream"))
            .Select(match => $"{file.Path}: {match.Value}");
    }

    [GeneratedRegex(@"BannedSymbols\.Codec\.txt")]
    private static partial Regex WiredList();

    [GeneratedRegex(
        @"(?<![.\w])(?:async|await|lock|Task|ValueTask|Thread|ThreadPool|Lock|Monitor|SemaphoreSlim|ReaderWriterLockSlim|Mutex|Timer|ITimer|PeriodicTimer|TimeProvider|Stopwatch|Stream|NetworkStream|SslStream|Socket|PipeReader|PipeWriter|IDuplexPipe|File|ILogger|ILoggerFactory|LoggerMessage|Console)\b|\bDateTime(?:Offset)?\.(?:Utc)?Now\b|\bEnvironment\.TickCount(?:64)?\b")]
    private static partial Regex ImpureWord();
}
