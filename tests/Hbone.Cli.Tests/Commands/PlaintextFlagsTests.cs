using Hbone.Cli.Commands;

namespace Hbone.Cli.Tests.Commands;

public sealed class PlaintextFlagsTests
{
    [Theory]
    [InlineData("--insecure", "--insecure")]
    [InlineData("--plaintext", "--plaintext")]
    [InlineData("--permissive", "--permissive")]
    [InlineData("--skip-verify", "--skip-verify")]
    [InlineData("--insecure-skip-verify=true", "--insecure-skip-verify")]
    [InlineData("--tls=off", "--tls")]
    [InlineData("--mtls:permissive", "--mtls")]
    [InlineData("--No_TLS", "--No_TLS")]
    [InlineData("-insecure", "-insecure")]
    public void Request_for_plaintext_is_found(string argument, string flag) =>
        Assert.Equal(flag, PlaintextFlags.Find(["serve", "--listen", "127.0.0.1:0", argument]));

    [Theory]
    [InlineData("--identity")]
    [InlineData("insecure")]
    [InlineData("-v")]
    [InlineData("--verbose")]
    [InlineData("--json")]
    [InlineData("--key")]
    public void Other_arguments_are_left_alone(string argument) =>
        Assert.Null(PlaintextFlags.Find(["serve", argument, "x"]));

    [Fact]
    public void What_follows_two_dashes_is_no_flag() => Assert.Null(PlaintextFlags.Find(["pki", "init", "--", "--plaintext"]));
}
