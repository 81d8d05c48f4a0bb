using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Contracts;

[assembly: AbiValueType("AgreementId", typeof(AgreementId))]
[assembly: AbiValueType("AuditId", typeof(AuditId))]
[assembly: AbiValueType("ListingId", typeof(ListingId))]
[assembly: AbiValueType("Epoch", typeof(Epoch))]
[assembly: AbiValueType("GiB", typeof(GiB))]
[assembly: AbiValueType("IStorageAgreements.State", typeof(AgreementState))]
[assembly: AbiValueType("IStorageAudits.State", typeof(AuditState))]
