using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("marketplace-bench")]
[assembly: InternalsVisibleTo("Marketplace.Core.Tests")]
