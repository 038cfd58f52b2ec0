namespace Hbone.Plots;

/// <summary>Something that the user can mend, in one line.</summary>
internal sealed class PlotException : Exception
{
    public PlotException(string message)
        : base(message)
    {
    }

    public PlotException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
