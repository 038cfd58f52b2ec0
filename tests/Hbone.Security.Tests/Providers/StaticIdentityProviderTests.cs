using Hbone.Security.Providers;
using Hbone.Tests.Common;

namespace Hbone.Security.Tests.Providers;

public sealed class StaticIdentityProviderTests
{
    private static readonly TestCa s_ca = TestCa.CreateRoot();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_changes_the_snapshot_and_wakes_all_who_wait()
    {
        var provider = new StaticIdentityProvider(s_ca.IssueSvid("/a"), s_ca.Bundles);
        IdentitySnapshot first = await provider.GetIdentityAsync(Token);
        Task one = provider.WaitForChangeAsync(first.Generation, Token);
        Task two = provider.WaitForChangeAsync(first.Generation, Token);
        Assert.False(one.IsCompleted || two.IsCompleted);

        IdentitySnapshot second = provider.Update(s_ca.IssueSvid("/b"), s_ca.Bundles);

        await one;
        await two;
        Assert.Equal(1, first.Generation);
        Assert.Equal(2, second.Generation);
        Assert.Same(second, await provider.GetIdentityAsync(Token));
    }

    [Fact]
    public async Task Wait_for_a_generation_that_is_past_ends_at_once()
    {
        var provider = new StaticIdentityProvider(s_ca.IssueSvid("/a"), s_ca.Bundles);

        Assert.True(provider.WaitForChangeAsync(0, Token).IsCompletedSuccessfully);
        provider.Update(s_ca.IssueSvid("/b"), s_ca.Bundles);
        Assert.True(provider.WaitForChangeAsync(1, Token).IsCompletedSuccessfully);
        Task current = provider.WaitForChangeAsync(2, Token);
        Assert.False(current.IsCompleted);
        provider.Update(s_ca.IssueSvid("/c"), s_ca.Bundles);
        await current;
    }

    [Fact]
    public async Task Wait_is_cancelled_by_its_own_token_alone()
    {
        var provider = new StaticIdentityProvider(s_ca.IssueSvid("/a"), s_ca.Bundles);
        using var stop = new CancellationTokenSource();
        Task cancelled = provider.WaitForChangeAsync(1, stop.Token);
        Task other = provider.WaitForChangeAsync(1, Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(other.IsCompleted);
        provider.Update(s_ca.IssueSvid("/b"), s_ca.Bundles);
        await other;
    }

    [Fact]
    public async Task Parallel_updates_never_repeat_a_generation()
    {
        var provider = new StaticIdentityProvider(s_ca.IssueSvid("/a"), s_ca.Bundles);
        Security.Svid.X509Svid svid = s_ca.IssueSvid("/b");

        long[] generations = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ =>
            Task.Run(() => provider.Update(svid, s_ca.Bundles).Generation, Token)));

        Assert.Equal(64, generations.Distinct().Count());
        Assert.Equal(65, provider.Current.Generation);
    }
}
