using Marketplace.Application.Transactions;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Terminal;
using Marketplace.Core.Primitives;

namespace Marketplace.Cli.Tests.Commands;

/// <summary>What takes more than one transaction.</summary>
public sealed class SentPartsTests
{
    static readonly IReadOnlyList<TransactionPart<int>> Parts = [new([7, 8], null!), new([9], null!), new([10], null!)];

    readonly StringWriter output = new(), notes = new();

    [Fact]
    public async Task OneThatFails_SaysWhatThoseBeforeItDid()
    {
        var refusal = await Assert.ThrowsAsync<CommandRefusal>(() => SendAsync(failing: 10, new CommandRefusal("not-enough-tokens", "This takes 5 SPACE.")));

        Assert.Equal("not-enough-tokens", refusal.Code);
        Assert.Equal("This takes 5 SPACE. That was transaction 3 of 3; by those before it 7, 8 and 9 were ended.", refusal.Message);
        Assert.Contains("Transaction 2 of 3 is done", notes.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstThatFails_FailsAsItIs()
    {
        var fault = new TimeoutException();
        Assert.Same(fault, await Assert.ThrowsAsync<TimeoutException>(() => SendAsync(failing: 7, fault)));
    }

    [Fact]
    public async Task All_AnswerInTheirOrder() => Assert.Equal([7, 9, 10], await SendAsync(failing: null, new TimeoutException()));

    Task<IReadOnlyList<int>> SendAsync(int? failing, Exception fault) => AgreementsNamed.SendAsync(
        new CommandTerminal(false, output, notes), Parts, id => new AgreementId((UInt128)id), "ended", async part =>
        {
            await Task.Yield();
            return part.Items[0] == failing ? throw fault : part.Items[0];
        });
}
