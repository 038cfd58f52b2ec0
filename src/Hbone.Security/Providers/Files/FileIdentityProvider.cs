using Hbone.Security.Diagnostics;
using Hbone.Security.Svid;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Security.Providers.Files;

/// <summary>An identity read from PEM files and read again when they change.</summary>
/// <remarks>
/// Owner: whoever opened it; disposing it stops the looking and leaves the last snapshot usable. Threading: all members
/// may be called from any thread. Memory: one snapshot, one timer; the private key is not kept as text.
/// <para>The files are looked at every <see cref="FileIdentityOptions.PollInterval"/>. A change is taken when two looks in
/// a row saw the same contents, the key belongs to the certificate and the certificate leads to the bundle: so files that
/// are half written, or written one after the other, never become an identity. What cannot be taken is logged once, and
/// the last good identity stays. Links are followed, so the swap of a link by Kubernetes is a change like any other.</para>
/// </remarks>
public sealed class FileIdentityProvider : IIdentityProvider, IAsyncDisposable
{
    private readonly FileIdentitySettings _settings;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly SnapshotChannel _channel;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    // The watching task's own.
    private string _taken;
    private string? _seenOnce;
    private string? _refused;
    private long _expiredGeneration;

    private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FileIdentityProvider(
        FileIdentitySettings settings,
        ILogger logger,
        TimeProvider timeProvider,
        LoadedIdentity first,
        string fingerprint)
    {
        _settings = settings;
        _logger = logger;
        _timeProvider = timeProvider;
        _taken = fingerprint;
        _channel = new SnapshotChannel(new IdentitySnapshot(first.Svid, first.Bundles, 1));
        SecurityLog.IdentityLoaded(_logger, first.Svid.Id, 1, first.SerialNumber, first.Svid.NotAfter);
        _watching = WatchAsync();
    }

    /// <summary>The snapshot that is current now.</summary>
    public IdentitySnapshot Current => _channel.Current;

    /// <summary>Loads the identity and starts to look for changes.</summary>
    /// <param name="options">Where the files are; copied.</param>
    /// <param name="logger">Receives rotations (information) and changes that are not taken (warning); null for none.</param>
    /// <param name="timeProvider">The clock of the polling and of validity; null for the system's.</param>
    /// <param name="cancellationToken">Ends the first load.</param>
    /// <returns>The provider; dispose it to stop looking.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">A path is missing.</exception>
    /// <exception cref="IdentityFileException">The identity cannot be used; the message names the file and the remedy.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<FileIdentityProvider> OpenAsync(
        FileIdentityOptions options,
        ILogger? logger = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        var settings = FileIdentitySettings.From(options);
        timeProvider ??= TimeProvider.System;
        using IdentityFiles files = await IdentityFiles.ReadAsync(settings, cancellationToken).ConfigureAwait(false);
        LoadedIdentity identity = IdentityLoader.Load(settings, files, timeProvider.GetUtcNow());
        return new FileIdentityProvider(settings, logger ?? NullLogger.Instance, timeProvider, identity, files.Fingerprint);
    }

    /// <inheritdoc/>
    /// <remarks>Never waits: there is an identity from the start, and the last good one stays.</remarks>
    public ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_channel.Current);
    }

    /// <inheritdoc/>
    public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken = default) =>
        _channel.WaitForChangeAsync(generation, cancellationToken);

    /// <summary>Stops looking for changes. The last snapshot stays usable.</summary>
    /// <returns>A task that completes when the looking has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        await _watching.ConfigureAwait(false);
        _channel.Complete("The identity provider was disposed; no change will come.");
        _stop.Dispose();
    }

    /// <summary>Completes after the next look, so that a test with a fake clock knows when to go on.</summary>
    internal Task NextLookAsync() => Volatile.Read(ref _looked).Task;

    private async Task WatchAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(_settings.PollInterval, _timeProvider);
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await LookAsync().ConfigureAwait(false);
                Interlocked.Exchange(ref _looked, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task LookAsync()
    {
        try
        {
            using IdentityFiles files = await IdentityFiles.ReadAsync(_settings, _stop.Token).ConfigureAwait(false);
            TakeIfNew(files);
        }
        catch (IdentityFileException e)
        {
            Refuse($"{e.Error} {e.Path}", e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The loop must outlive whatever a disk or a file can do to it; the next look may succeed.
            Refuse(e.GetType().Name, new IdentityFileException(
                IdentityFileError.Unreadable, _settings.SvidPath, $"Looking at '{_settings.SvidPath}' failed: {e.Message}", "Check the files.", e));
        }

        WarnOfExpiry();
    }

    private void TakeIfNew(IdentityFiles files)
    {
        string fingerprint = files.Fingerprint;
        if (fingerprint == _taken || fingerprint == _refused)
        {
            _seenOnce = null;
            if (fingerprint == _taken)
            {
                _refused = null;
            }

            return;
        }

        if (fingerprint != _seenOnce)
        {
            // Somebody may still be writing.
            _seenOnce = fingerprint;
            return;
        }

        try
        {
            LoadedIdentity identity = IdentityLoader.Load(_settings, files, _timeProvider.GetUtcNow());
            _taken = fingerprint;
            _seenOnce = _refused = null;
            IdentitySnapshot snapshot = _channel.Publish(generation => new IdentitySnapshot(identity.Svid, identity.Bundles, generation));
            SecurityLog.IdentityLoaded(_logger, snapshot.Svid.Id, snapshot.Generation, identity.SerialNumber, snapshot.Svid.NotAfter);
        }
        catch (IdentityFileException e)
        {
            // An SVID that is not valid yet becomes good by waiting, so it is looked at again; all else needs new contents.
            Refuse(e.Error == IdentityFileError.NotYetValid ? $"{e.Error} {fingerprint}" : fingerprint, e);
        }
    }

    /// <summary>Says once why a change is not taken.</summary>
    private void Refuse(string what, IdentityFileException fault)
    {
        if (_refused == what)
        {
            return;
        }

        _refused = what;
        X509Svid current = _channel.Current.Svid;
        SecurityLog.IdentityChangeRefused(_logger, fault.Error, fault.Message, current.Id, current.NotAfter);
    }

    private void WarnOfExpiry()
    {
        IdentitySnapshot current = _channel.Current;
        if (current.Generation != _expiredGeneration && _timeProvider.GetUtcNow() > current.Svid.NotAfter)
        {
            _expiredGeneration = current.Generation;
            SecurityLog.IdentityExpired(_logger, current.Svid.Id, current.Svid.NotAfter);
        }
    }
}
