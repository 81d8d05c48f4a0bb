using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Chain;

public static partial class MarketErrorMessages
{
    static string? OfStakes(IContractError error) => error switch
    {
        AmountIsZeroError => "The amount is zero; name a larger one.",
        StakeTooSmallError e =>
            $"The stake would not cover the {Tokens(e.Required)} that the provider {e.Provider} needs for the space that agreements hold; stake more first.",
        MoreThanStakedError e => $"{e.Provider} has {Tokens(e.Staked)} at stake, less than the {Tokens(e.Requested)} asked back; ask for less.",
        NothingToWithdrawError e => $"There is nothing for {e.Account} to withdraw.",
        StillUnbondingError e =>
            $"The stake can be withdrawn from epoch {e.ReleaseEpoch} on, now it is epoch {e.CurrentEpoch}; try again then.",
        NothingToSweepError => "Nothing is due to the treasury; there is nothing to do.",
        NothingToClaimError e => $"Slashes owe nothing to agreement {e.Agreement}; there is nothing to do.",
        CommissionTooHighError e => $"A commission of {e.Bps} hundredths of a percent is above {e.Maximum}; choose a lower one.",
        DelegationClosedError e => $"{e.Provider} takes no delegations: it never set a commission; choose another provider.",
        CommissionAboveLimitError e =>
            $"{e.Provider} keeps {e.Bps} hundredths of a percent of what its delegators earn, or will, more than the {e.Limit} allowed; allow more or choose another provider.",
        TooFewSharesError e => $"This gives {e.Shares} shares, fewer than the {e.Minimum} demanded; the pool has changed, look at it again.",
        SelfStakeTooSmallError e =>
            $"{e.Provider} has {Tokens(e.Staked)} of its own at stake but needs {Tokens(e.Required)} for its delegations; it has to stake more itself first.",
        NothingDelegatedError e => $"{e.Delegator} has delegated nothing to {e.Provider}; look its delegations up.",
        NothingUndelegatedError e => $"{e.Delegator} has asked nothing back from {e.Provider}; ask first.",
        StillUndelegatingError e =>
            $"What {e.Delegator} asked back can be withdrawn from epoch {e.ReleaseEpoch} on, now it is epoch {e.CurrentEpoch}; try again then.",
        OnlyPayersError e => $"Only contracts that pay providers may do this, not {e.Caller}; use their functions instead.",
        OnlyRegistryError e => $"Only the contract ProviderRegistry may do this, not {e.Caller}; use its functions instead.",
        HeldNoLongerError e =>
            $"What {e.Delegator} asked back from {e.Provider} is held through epoch {e.HeldUntil} at the longest, as the agreements that run; wait for that.",
        NoEpochsError e => $"Epochs {e.From} to {e.To} hold no epoch; ask for at least one.",
        _ => null,
    };
}
