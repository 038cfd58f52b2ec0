namespace Hbone.Security.Providers;

/// <summary>Gives the identity of the moment and tells when it has changed.</summary>
/// <remarks>
/// Rules for implementers:
/// <list type="bullet">
/// <item><description>All members may be called at any time from any thread, concurrently.</description></item>
/// <item><description>A snapshot is consistent: its key belongs to its certificate.</description></item>
/// <item><description>When the source fails, the last good snapshot stays current.</description></item>
/// <item><description>The SVID of a replaced snapshot is not disposed while a handshake may still use it.</description></item>
/// </list>
/// </remarks>
public interface IIdentityProvider
{
    /// <summary>Returns the current identity and waits for the first one if there is none yet.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The snapshot that is current now.</returns>
    /// <exception cref="IdentityUnavailableException">There is no identity and none will come without help.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until the current generation is another one than the given.</summary>
    /// <param name="generation">The generation the caller has.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes once there is something else to get; at once if there already is.</returns>
    /// <exception cref="IdentityUnavailableException">The provider was disposed: no change will come.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken = default);
}
