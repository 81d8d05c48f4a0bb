using Marketplace.Chain.Contracts;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Chain;

/// <summary>One sentence for each error of the market's contracts: what is wrong and what to do next.</summary>
public static partial class MarketErrorMessages
{
    /// <summary>The sentence for an error; a generic one for an error that is not the market's.</summary>
    public static string Describe(IContractError error) => Find(error) ?? $"The contract refused with {error}.";

    /// <summary>The sentence for the bytes that a contract reverted with.</summary>
    public static string Describe(ReadOnlyMemory<byte> revertData) =>
        ContractErrors.TryDecode(revertData.Span, out var error) ? Describe(error)
        : revertData.IsEmpty ? "The contract refused without saying why; is there a contract at this address, and enough gas?"
        : $"The contract refused with {revertData.Length} bytes that are no known error.";

    /// <summary>Null for an error that is not the market's.</summary>
    internal static string? Find(IContractError error) =>
        OfTheToken(error) ?? OfProviders(error) ?? OfStakes(error) ?? OfListings(error) ?? OfAgreements(error) ?? OfProofs(error)
            ?? OfAudits(error) ?? OfReading(error) ?? OfTheBeacon(error) ?? OfGovernance(error) ?? OfTheMarket(error);

    static string Tokens(System.Numerics.BigInteger amount) =>
        amount.Sign >= 0 && amount <= (System.Numerics.BigInteger)UInt128.MaxValue ? new TokenAmount((UInt128)amount).ToTokens() + " tokens"
            : "an impossible amount";

    static string Time(System.Numerics.BigInteger seconds) =>
        seconds.Sign >= 0 && seconds <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("u", System.Globalization.CultureInfo.InvariantCulture)
                : "an impossible time";

    static string? OfTheToken(IContractError error) => error switch
    {
        ERC20InsufficientBalanceError e =>
            $"{e.Sender} has {Tokens(e.Balance)}, but {Tokens(e.Needed)} are needed; get more tokens or ask for less.",
        ERC20InsufficientAllowanceError e =>
            $"{e.Spender} may take only {Tokens(e.Allowance)} of {Tokens(e.Needed)}; sign a permit or approve that amount first.",
        ERC20InvalidApproverError e => $"{e.Approver} cannot approve tokens; use another account.",
        ERC20InvalidReceiverError e => $"{e.Receiver} cannot receive tokens; name another receiver.",
        ERC20InvalidSenderError e => $"{e.Sender} cannot send tokens; use another account.",
        ERC20InvalidSpenderError e => $"{e.Spender} cannot be approved; name another spender.",
        ERC20ExceededSafeSupplyError e =>
            $"A supply of {e.IncreasedSupply} base units is more than votes can count ({e.Cap}); deploy with less.",
        ERC2612ExpiredSignatureError e => $"The permit was good until {Time(e.Deadline)}; sign a new one.",
        ERC2612InvalidSignerError e =>
            $"The permit was signed by {e.Signer} and not by {e.Owner}; sign with the owner's key for this chain and token.",
        SignatureNotValidError e =>
            $"The signature is not {e.Account}'s for what it is to allow; sign with its key or wallet, on this chain and for this token.",
        ERC5805FutureLookupError => "Votes of a time that is not over cannot be counted yet; ask for an earlier time.",
        VotesExpiredSignatureError e => $"The signed delegation was good until {Time(e.Expiry)}; sign a new one.",
        InvalidAccountNonceError e => $"The signature was made for another nonce than {e.Account}'s {e.CurrentNonce}; sign again.",
        ECDSAInvalidSignatureError => "The signature is no signature; sign again.",
        ECDSAInvalidSignatureLengthError e => $"A signature has 65 bytes, not {e.Length}; sign again.",
        ECDSAInvalidSignatureSError => "The signature is not in its canonical form; sign again with a wallet that keeps to EIP-2.",
        SafeERC20FailedOperationError e => $"The token {e.Token} refused a transfer; check balance and allowance.",
        UnexpectedTransferAmountError e =>
            $"The token delivered {Tokens(e.Received)} instead of {Tokens(e.Expected)}; a token that takes a fee cannot be used here.",
        _ => null,
    };

    static string? OfListings(IContractError error) => error switch
    {
        UnknownListingError e => $"There is no listing {e.Listing}; choose one from the list.",
        NotListingOwnerError e => $"Listing {e.Listing} is not {e.Caller}'s; use the account that published it.",
        ListingIsWithdrawnError e => $"Listing {e.Listing} takes no more agreements; choose another.",
        NotAProviderError e => $"{e.Caller} is no registered provider; register first.",
        ListingIsPrivateError e => $"Listing {e.Listing} is not open to {e.Consumer}; choose another.",
        TermBoundsInvalidError e =>
            $"Terms from {e.MinTerm} to {e.MaxTerm} epochs are no range; the shortest is at least 1 and not above the longest.",
        PriceTooHighError e => $"A price of {e.Price} base units is above the highest possible, {e.Maximum}; ask for less.",
        SpaceIsZeroError => "At least 1 GiB is needed; name a larger space.",
        SpaceNotAvailableError e =>
            $"Listing {e.Listing} has {e.Available} GiB left of the {e.Requested} GiB asked for; rent less or choose another listing.",
        _ => null,
    };

    static string? OfTheMarket(IContractError error) => error switch
    {
        OnlyAgreementsError e => $"Only the contract StorageAgreements may do this, not {e.Caller}; use its functions instead.",
        OnlyControllersError e => $"Only contracts that hold deposits in escrow may do this, not {e.Caller}; use their functions instead.",
        OnlyAuditsError e => $"Only the contract StorageAudits may do this, not {e.Caller}; use its functions instead.",
        OnlyAuditsOrLossesError e =>
            $"Only the contracts StorageAudits and DeclaredLosses may do this, not {e.Caller}; use their functions instead.",
        OnlyProofsError e => $"Only the contract PossessionProofs may do this, not {e.Caller}; use its functions instead.",
        NotOwnerError e => $"{e.Caller} does not own the parameters; propose the change to their owner.",
        OwnerIsZeroError => "The parameters need an owner, who can never change; name one.",
        ParameterOutOfBoundsError e =>
            $"{e.Parameter} is {e.Value} but has to be {e.Minimum} to {e.Maximum}; choose a value in these bounds.",
        MarketPausedError e => $"The market takes no new agreements until {Time(e.Until)}; everything else goes on. Try again then.",
        MarketNotPausedError => "New agreements are not stopped; there is no pause to end.",
        NotGuardianError e => $"{e.Caller} is not the guardian, who alone may stop new agreements.",
        NotGuardianOrOwnerError e => $"{e.Caller} is neither the guardian nor the parameters' owner; ask one of them to end the pause.",
        PauseTooSoonError e => $"New agreements cannot be stopped again before {Time(e.NotBefore)}.",
        TreasuryIsZeroError => "The treasury cannot be the zero address; name one.",
        BeforeGenesisError e => $"The market begins at {Time(e.Genesis)}; wait until then.",
        ReentrancyGuardReentrantCallError => "A contract was called again while it was still at work; call it from outside.",
        CheckpointUnorderedInsertionError => "The chain's time went backwards; try again in a later block.",
        SafeCastOverflowedUintDowncastError e => $"The number {e.Value} does not fit {e.Bits} bits; use a smaller one.",
        AddressEmptyCodeError e => $"There is no contract at {e.Target}; look at the address.",
        InvalidShortStringError or StringTooLongError => "A name in a contract is too long; deploy with a shorter one.",
        RevertError e => $"The contract refused: {e.Message}",
        PanicError e => $"The contract failed a check of its own ({e.Meaning}); this is a bug worth reporting.",
        _ => null,
    };
}
