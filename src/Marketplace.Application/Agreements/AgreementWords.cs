using Marketplace.Chain.Agreements;

namespace Marketplace.Application.Agreements;

/// <summary>What an agreement is, in a sentence.</summary>
static class AgreementWords
{
    /// <summary>Why nothing can be changed about it now.</summary>
    public static string WhyNotNow(AgreementInfo agreement) => agreement.State switch
    {
        AgreementState.Proposed => "It still waits for its provider.",
        AgreementState.Declined => "Its provider declined it.",
        AgreementState.Withdrawn => "It was taken back.",
        AgreementState.Terminated => "It was ended early.",
        AgreementState.Voided => "It is void, since its provider failed an audit.",
        _ => "It is over.",
    };
}
