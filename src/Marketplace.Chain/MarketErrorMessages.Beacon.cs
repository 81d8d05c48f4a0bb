using Marketplace.Chain.Contracts;
using Marketplace.Ethereum.Contracts;

namespace Marketplace.Chain;

public static partial class MarketErrorMessages
{
    static string? OfTheBeacon(IContractError error) => error switch
    {
        NotInFirstHalfError e =>
            $"Epoch {e.CurrentEpoch} is past its first half and can be neither opened nor sealed; wait for the next epoch.",
        EpochNotOpenedError e => $"Epoch {e.Epoch} has no anchor yet; open it first.",
        AnchorNotReachedError e =>
            $"Epoch {e.Epoch} is sealed from block {e.AnchorBlock}, which can be read after block {e.BlockNumber}; try again in a later block.",
        AnchorExpiredError e => $"The anchor of epoch {e.Epoch}, block {e.AnchorBlock}, is too old to be read; open the epoch again.",
        EpochNotSealedError e => $"Epoch {e.Epoch} has no seed; open and seal it while it is in its first half.",
        AnchorDelayOutOfBoundsError e =>
            $"An anchor delay of {e.Delay} blocks is not within {e.Minimum} to {e.Maximum}; deploy with another.",
        RoundAwaitedError e =>
            $"Epoch {e.Epoch} is sealed by drand's round {e.Round}, from a block's hash only after {Time(e.FallbackFrom)}; bring the round or wait.",
        SignatureNotOfRoundError e => $"The signature is not drand's of round {e.Round}; fetch it from another relay.",
        SignatureLengthWrongError e => $"A round's signature has {e.Expected} bytes, not {e.Length}; fetch it from another relay.",
        SignatureNotCanonicalError or SignatureNotOnCurveError =>
            "The round's signature is no point of the curve in its one form; fetch it from another relay.",
        PublicKeyInvalidError => "The key is no point of the pairing's second group; give drand's public key as its /info tells it.",
        DrandArgumentOutOfBoundsError e =>
            $"{e.Argument} is {e.Value} but has to be {e.Minimum} to {e.Maximum}; deploy the beacon with another value.",
        BNAddFailedError or ModExpFailedError or MapToPointFailedError or InvalidFieldElementError or InvalidDSTLengthError =>
            "The chain could not do the beacon's arithmetic; give it more gas, and see whether the chain has Ethereum's precompiles.",
        _ => null,
    };
}
