using System.Text.Json.Serialization;

namespace Hbone.Cli.Output;

/// <summary>One line of output: text for people, or one JSON object whose <c>event</c> member names its kind.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(ReadyEvent), "ready")]
[JsonDerivedType(typeof(DrainingEvent), "draining")]
[JsonDerivedType(typeof(StoppedEvent), "stopped")]
[JsonDerivedType(typeof(RefusedEvent), "refused")]
[JsonDerivedType(typeof(ConnectionLostEvent), "connection-lost")]
[JsonDerivedType(typeof(TunnelFailedEvent), "tunnel-failed")]
[JsonDerivedType(typeof(ErrorEvent), "error")]
[JsonDerivedType(typeof(RootCreatedEvent), "root-created")]
[JsonDerivedType(typeof(SvidIssuedEvent), "svid-issued")]
[JsonDerivedType(typeof(DemoHttpEvent), "demo-http")]
[JsonDerivedType(typeof(DemoTransferEvent), "demo-transfer")]
[JsonDerivedType(typeof(DemoRefusalEvent), "demo-refusal")]
[JsonDerivedType(typeof(DemoResultEvent), "demo-result")]
internal abstract record CliEvent
{
    /// <summary>True for what belongs on standard error in text mode: refusals, losses, errors.</summary>
    [JsonIgnore]
    public virtual bool IsDiagnostic => false;

    /// <summary>The line for people, without a line end.</summary>
    public abstract string ToText();
}
