using FsCheck;
using FsCheck.Fluent;
using Marketplace.Chain.Following;
using Marketplace.Ethereum.JsonRpc;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Chain.Tests.Following;

/// <summary>
/// Random chains, random reorganisations between and inside steps, random faults and restarts: afterwards the projection is a fold over the
/// canonical chain.
/// </summary>
public sealed class ChainFollowerModelTests
{
    const ulong Start = 2;

    [Fact]
    public void Projection_AfterAnyHistory_EqualsAFoldOverTheCanonicalChain() =>
        Prop.ForAll(Gen.ListOf(Gen.Choose(0, 99_999)).ToArbitrary(), script => Run([.. script]).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    static async Task<bool> Run(int[] script)
    {
        using var database = new TemporaryDatabase();
        var chain = new FakeChain();
        var confirmations = script.Length % 3;
        var options = new FollowerOptions
        {
            ChainId = 7, Market = "model", StartBlock = Start, HistoryBlocks = 8, ChunkBlocks = 1 + script.Length % 6,
                Confirmations = confirmations,
        };
        ChainFollower Restart() =>
            new(chain, database.Open, [new JournalProjection()], options, TimeProvider.System, NullLogger<ChainFollower>.Instance);
        var follower = Restart();
        foreach (var move in script)
        {
            var size = 1 + move / 10 % 25;
            var (question, depth) = (3 + move / 10 % 5, 1 + move / 100 % 7);
            switch (move % 10)
            {
                case 0 or 1:
                    chain.Mine(withLogs: true, size);
                    break;
                case 2:
                    chain.Mine(withLogs: false, size);
                    break;
                case 3:
                    chain.Reorganise(1 + size % 5, size, withLogs: true);
                    break;
                case 4:
                    chain.Reorganise(size, 1 + size % 5, withLogs: size % 2 == 0);
                    break;
                case 5:
                    follower = Restart();
                    break;
                case 6:
                    chain.Mine(withLogs: true);
                    await StepAsync(follower, chain,
                        asked => { if (asked == question) chain.Reorganise(depth, depth + move / 1_000 % 4, withLogs: true); });
                    break;
                case 7:
                    await StepAsync(follower, chain, asked => { if (asked == question) throw new RpcProtocolException("Injected."); });
                    break;
                case 8:
                    await StepAsync(follower, chain, null);
                    break;
                default:
                    for (var i = 0; i < 10; i++)
                        await StepAsync(follower, chain, null);
                    break;
            }
        }
        chain.Mine(withLogs: true, confirmations + 1);
        chain.Interrupt(null);
        while (await follower.StepAsync() is not null)
        {
        }
        chain.Rollback(confirmations);
        using var connection = database.Open();
        return FoldComparer.Instance.Equals(JournalProjection.Fold(chain, Start), JournalProjection.Read(connection));
    }

    static async Task StepAsync(ChainFollower follower, FakeChain chain, Action<int>? interruption)
    {
        chain.Interrupt(interruption);
        try
        {
            await follower.StepAsync();
        }
        catch (RpcProtocolException)
        {
            // The next step repeats what this one could not do.
        }
        chain.Interrupt(null);
    }
}
