using Marketplace.Chain.Agreements;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;

[assembly: AbiValueType("AgreementId", typeof(AgreementId))]
[assembly: AbiValueType("ListingId", typeof(ListingId))]
[assembly: AbiValueType("Epoch", typeof(Epoch))]
[assembly: AbiValueType("GiB", typeof(GiB))]
[assembly: AbiValueType("IStorageAgreements.State", typeof(AgreementState))]
