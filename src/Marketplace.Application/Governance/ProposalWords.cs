namespace Marketplace.Application.Governance;

/// <summary>A proposal's words, as its proposer chose them: any text at all.</summary>
/// <param name="Title">Its first line; may be empty.</param>
/// <param name="Reason">The rest; may be empty.</param>
public sealed record ProposalWords(string Title, string Reason)
{
    /// <summary>After it the governor reads the account that alone may propose it.</summary>
    internal const string Suffix = "#proposer=";

    /// <summary>Of a description, without what is meant for the governor.</summary>
    public static ProposalWords Of(string description)
    {
        var end = description.LastIndexOf('\n') + 1;
        var words = (description.AsSpan(end).StartsWith(Suffix, StringComparison.Ordinal) ? description[..end] : description).Trim();
        var lines = words.Split('\n', 2);
        return new ProposalWords(lines[0].TrimStart('#', ' ').TrimEnd(), lines.Length == 2 ? lines[1].Trim() : "");
    }

    /// <summary>As a description.</summary>
    public override string ToString() => $"# {Title}\n\n{Reason}";
}
