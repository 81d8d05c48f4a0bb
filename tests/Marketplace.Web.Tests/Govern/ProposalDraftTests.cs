using Marketplace.Application.Governance;
using Marketplace.Chain.Parameters;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Govern;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Web.Tests.Govern;

/// <summary>A proposal that is being written, in an address and back.</summary>
public sealed class ProposalDraftTests
{
    static readonly ParameterLimits Limits = new(TimeSpan.FromHours(1), TokenAmount.FromTokens(100), TokenAmount.FromTokens(50));

    static readonly MarketParameters Now = new() { StakePerGiB = TokenAmount.FromTokens(2), Treasury = new Address([.. Enumerable.Repeat((byte)1, 20)]) };

    [Fact]
    public void Draft_IsTheSame_AfterItsWayThroughAnAddress()
    {
        var draft = ProposalDraft.Of(null, null, null).With("AuditBond", " 8 ").With("ProtocolFeeBps", "1.5%").WithTitle("Fees & bonds = less?").WithReason("line\r\nand \u202Eline #2");

        var query = QueryHelpers.ParseQuery(draft.ToQuery(step: 3));
        var read = ProposalDraft.Of([.. query[ProposalDraft.SetKey].Select(text => text!)], query[ProposalDraft.TitleKey], query[ProposalDraft.ReasonKey]);

        Assert.Equal(draft.ToQuery(), read.ToQuery());
        Assert.Equal((" 8 ", "1.5%"), (read.Values["AuditBond"], read.Values["ProtocolFeeBps"]));
        Assert.Equal("line\nand \u202Eline #2", read.Reason);
        Assert.Equal("3", query[ProposalDraft.StepKey]);
        Assert.Equal(TokenAmount.FromTokens(8), read.Read(Now, Limits).Wanted.AuditBond);
        Assert.Equal((Now, 0), draft.With("AuditBond", "").With("ProtocolFeeBps", " ").Read(Now, Limits) is var (wanted, problems) ? (wanted, problems.Count) : default);
    }

    [Fact]
    public void Address_ThatSaysNonsense_IsLeftOut()
    {
        var draft = ProposalDraft.Of(["", "=", "AuditBond", "AuditBond=", "AuditBond=1", "AuditBond=2", "A=" + new string('9', 61)], new string('t', 1_000), new string('r', 10_000));

        Assert.Equal("1", Assert.Single(draft.Values).Value);
        Assert.Equal((ProposalDraft.LongestTitle, ProposalDraft.LongestReason), (draft.Title.Length, draft.Reason.Length));
        // In whatever script: gateways take addresses of 8 KiB.
        var longest = draft.WithTitle(new string('\u6f22', 1_000)).WithReason(new string('\u6f22', 1_000)).ToQuery(3);
        Assert.InRange(longest.Length, 1, 7_000);
    }

    [Fact]
    public void Numbers_AreReadWithinTheirBounds_AndTroublesByName()
    {
        var draft = ProposalDraft.Of(["AuditBond=50", "ProofWindow=36 seconds", "StakePerGiB=100.5", "AuditWindow=1", "NoSuchNumber=1"], null, null);

        var (wanted, problems) = draft.Read(Now, Limits);

        Assert.Equal((TokenAmount.FromTokens(50), TimeSpan.FromSeconds(37)), (wanted.AuditBond, draft.With("ProofWindow", "37s").Read(Now, Limits).Wanted.ProofWindow));
        Assert.Equal(Now.ProofWindow, wanted.ProofWindow);
        Assert.Equal(
            [("AuditWindow", "Write a time, such as 45s, 30m, 2h or 1d."), ("ProofWindow", "It has to be 37 seconds to 30 minutes."), ("StakePerGiB", "It has to be 0 SPACE to 100 SPACE.")],
            problems.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("# A title\n\nA reason\nof two lines\n\n#proposer=0x1234", "A title", "A reason\nof two lines")]
    [InlineData("one line", "one line", "")]
    [InlineData("", "", "")]
    [InlineData("#proposer=0x1234", "", "")]
    public void Words_AreReadAsTheirProposerWroteThem(string description, string title, string reason) =>
        Assert.Equal(new ProposalWords(title, reason), ProposalWords.Of(description));
}
