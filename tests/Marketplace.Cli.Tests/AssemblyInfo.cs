// Some classes run networks of fourteen processes; two at once would measure the machine instead of the product.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
