namespace Marketplace.Application.Governance;

/// <summary>What one call of a proposal does.</summary>
/// <param name="Sentence">In plain language.</param>
/// <param name="Changes">The market's numbers that it changes; empty for any other call.</param>
/// <param name="IsKnown">False where the call is none that this market knows: only who reads its data can say what it does.</param>
public sealed record ProposalEffect(string Sentence, IReadOnlyList<ParameterChange> Changes, bool IsKnown = true);

/// <summary>A number of the market that would change.</summary>
/// <param name="Name">As <see cref="Chain.Parameters.MarketParameters"/> has it.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Old">Its value now, with its unit; of a proposal that is over, its value before.</param>
/// <param name="New">What it would be.</param>
public sealed record ParameterChange(string Name, string Meaning, string Old, string New);
