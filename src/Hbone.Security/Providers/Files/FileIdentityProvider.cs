using Microsoft.Extensions.Logging;

namespace Hbone.Security.Providers.Files;

/// <summary>An identity read from PEM files and read again when they change.</summary>
public sealed class FileIdentityProvider : IIdentityProvider, IAsyncDisposable
{
    private FileIdentityProvider()
    {
    }

    /// <summary>Loads the identity and starts to look for changes.</summary>
    /// <param name="options">Where the files are.</param>
    /// <param name="logger">Receives rotations and refused changes; null for none.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="cancellationToken">Ends the first load.</param>
    /// <returns>The provider; dispose it to stop looking.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="IdentityFileException">The identity cannot be used; the message names the file and the remedy.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static Task<FileIdentityProvider> OpenAsync(
        FileIdentityOptions options,
        ILogger? logger = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
