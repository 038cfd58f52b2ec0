using System.Globalization;

namespace Hbone.Repository.Tests.Source;

public sealed class EventIdTests
{
    [Fact]
    public void Log_messages_have_event_ids_that_no_other_has()
    {
        IReadOnlyList<LogMessage> messages = LogMessage.All();

        Assert.DoesNotContain(messages, message => message.EventId is null);
        Assert.Empty(messages
            .GroupBy(message => message.EventId)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(message => message.Path))}"));
    }

    [Theory]
    [InlineData("[LoggerMessage(EventId = 301, Level = LogLevel.Debug, Message = \"m\")]", 301)]
    [InlineData("[LoggerMessage(302, LogLevel.Debug, \"m\")]", 302)]
    [InlineData("private const int Refused = 303;\n[LoggerMessage(EventId = Refused, Level = LogLevel.Debug)]", 303)]
    [InlineData("public const int Lost = 3_04;\n[LoggerMessage(EventId = HboneEventIds.Lost, Level = LogLevel.Debug)]", 304)]
    [InlineData("[LoggerMessage(Level = LogLevel.Debug, Message = \"EventId = 5\")]", null)]
    public void Event_id_is_read_from_the_attribute(string source, int? expected)
    {
        LogMessage message = Assert.Single(LogMessage.Parse([SourceFile.Parse("src/A/Log.cs", source)]));

        Assert.Equal(expected?.ToString(CultureInfo.InvariantCulture), message.EventId);
    }
}
