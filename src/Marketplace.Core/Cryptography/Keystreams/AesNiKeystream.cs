using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Block = System.Runtime.Intrinsics.Vector128<byte>;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Marketplace.Core.Cryptography.Keystreams;

/// <summary>
/// By the processor's AES instructions, eight blocks at a time: a round takes several cycles until its result is there, and meanwhile the
/// rounds of seven other blocks begin.
/// </summary>
/// <remarks>
/// Two of the fourteen rounds are not computed for each block. The blocks of a page, 256 of them, differ in the last byte of the counter
/// alone. One round spreads a byte over one column of the state, the next over all of it; as the second round begins, no byte depends on
/// the last counter byte and on another one that changes, and what follows its S-box is linear. So the state after two rounds is a sum of
/// one part for the page and one for the last byte, and the latter are the same for every page. (The last byte shares its column with bytes
/// 0, 5 and 10 of the counter. Bytes 0 and 5 are always zero, byte 10 changes every 2^40 blocks.)
/// </remarks>
internal sealed unsafe class AesNiKeystream : CounterKeystream
{
    const int Rounds = AesNiKeySchedule.RoundKeys - 1, PageBlocks = 256, Lanes = 8;

    /// <summary>Blocks with the same byte 10 of the counter.</summary>
    const long BlocksOfOneTable = 1L << 40;

    readonly Block[] roundKeys = new Block[AesNiKeySchedule.RoundKeys];

    /// <summary>For each last byte, its part of the state after two rounds.</summary>
    readonly Block[] table = new Block[PageBlocks];

    /// <summary>The block number without its last 40 bits for which the table was filled.</summary>
    long tableIsFor = -1;

    /// <param name="key">32 bytes, copied.</param>
    public AesNiKeystream(ReadOnlySpan<byte> key)
    {
        RequireKey(key);
        AesNiKeySchedule.Expand(key, roundKeys);
    }

    public static bool IsSupported => X86Aes.IsSupported;

    public override void Apply(Span<byte> bytes, long offset)
    {
        var skip = (int)(offset % BlockSize);
        if (skip > 0)
        {
            var head = Math.Min(BlockSize - skip, bytes.Length);
            ApplyPart(bytes[..head], offset / BlockSize, skip);
            bytes = bytes[head..];
            offset += head;
        }
        var block = offset / BlockSize;
        while (bytes.Length >= BlockSize)
        {
            var blocks = (int)Math.Min(bytes.Length / BlockSize, BlocksOfOneTable - block % BlocksOfOneTable);
            fixed (byte* first = bytes)
                ApplyBlocks((Block*)first, block, blocks);
            bytes = bytes[(blocks * BlockSize)..];
            block += blocks;
        }
        if (!bytes.IsEmpty)
            ApplyPart(bytes, block, 0);
    }

    public override void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(roundKeys.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(table.AsSpan()));
    }

    /// <summary>A part of one block.</summary>
    void ApplyPart(Span<byte> bytes, long block, int skip)
    {
        Block whole = default;
        var part = new Span<byte>(&whole, BlockSize).Slice(skip, bytes.Length);
        bytes.CopyTo(part);
        ApplyBlocks(&whole, block, 1);
        part.CopyTo(bytes);
    }

    void ApplyBlocks(Block* bytes, long block, int count)
    {
        fixed (Block* keys = roundKeys, parts = table)
        {
            // For less than a page the table would cost what it saves.
            if (tableIsFor != block / BlocksOfOneTable && count >= PageBlocks)
                FillTable(parts, block, keys);
            if (tableIsFor == block / BlocksOfOneTable)
                ApplyPages(bytes, block, count, parts, keys);
            else
                ApplyAllRounds(bytes, block, count, keys);
        }
    }

    void FillTable(Block* parts, long block, Block* keys)
    {
        var page = block / PageBlocks * PageBlocks;
        FillTable(parts, page, AfterTwoRounds(page, keys), keys);
        tableIsFor = block / BlocksOfOneTable;
    }

    /// <remarks>Compiled at its best from the first call on, here and below.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void FillTable(Block* parts, long page, Block ofZero, Block* keys)
    {
        for (var last = 0; last < PageBlocks; last++)
            parts[last] = AfterTwoRounds(page + last, keys) ^ ofZero;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ApplyPages(Block* bytes, long block, int count, Block* parts, Block* keys)
    {
        for (int run; count > 0; bytes += run, block += run, count -= run)
        {
            var inPage = (int)(block % PageBlocks);
            run = Math.Min(count, PageBlocks - inPage);
            var page = AfterTwoRounds(block - inPage, keys);
            var part = parts + inPage;
            var done = 0;
            for (; done + Lanes <= run; done += Lanes, part += Lanes)
                ApplyEight(bytes + done, page ^ part[0], page ^ part[1], page ^ part[2], page ^ part[3],
                    page ^ part[4], page ^ part[5], page ^ part[6], page ^ part[7], keys);
            for (; done < run; done++, part++)
                bytes[done] ^= Finish(page ^ *part, keys);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void ApplyAllRounds(Block* bytes, long block, int count, Block* keys)
    {
        for (; count >= Lanes; bytes += Lanes, block += Lanes, count -= Lanes)
            ApplyEight(bytes, AfterTwoRounds(block, keys), AfterTwoRounds(block + 1, keys), AfterTwoRounds(block + 2, keys),
                AfterTwoRounds(block + 3, keys), AfterTwoRounds(block + 4, keys), AfterTwoRounds(block + 5, keys),
                AfterTwoRounds(block + 6, keys), AfterTwoRounds(block + 7, keys), keys);
        for (; count > 0; bytes++, block++, count--)
            *bytes ^= Finish(AfterTwoRounds(block, keys), keys);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Block AfterTwoRounds(long block, Block* keys)
    {
        var counter = Vector128.Create(0, BinaryPrimitives.ReverseEndianness(block)).AsByte();
        return X86Aes.Encrypt(X86Aes.Encrypt(counter ^ keys[0], keys[1]), keys[2]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Block Finish(Block state, Block* keys)
    {
        for (var round = 3; round < Rounds; round++)
            state = X86Aes.Encrypt(state, keys[round]);
        return X86Aes.EncryptLast(state, keys[Rounds]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void ApplyEight(
        Block* bytes, Block a, Block b, Block c, Block d, Block e, Block f, Block g, Block h, Block* keys)
    {
        for (var round = 3; round < Rounds; round++)
        {
            var key = keys[round];
            a = X86Aes.Encrypt(a, key);
            b = X86Aes.Encrypt(b, key);
            c = X86Aes.Encrypt(c, key);
            d = X86Aes.Encrypt(d, key);
            e = X86Aes.Encrypt(e, key);
            f = X86Aes.Encrypt(f, key);
            g = X86Aes.Encrypt(g, key);
            h = X86Aes.Encrypt(h, key);
        }
        var last = keys[Rounds];
        bytes[0] ^= X86Aes.EncryptLast(a, last);
        bytes[1] ^= X86Aes.EncryptLast(b, last);
        bytes[2] ^= X86Aes.EncryptLast(c, last);
        bytes[3] ^= X86Aes.EncryptLast(d, last);
        bytes[4] ^= X86Aes.EncryptLast(e, last);
        bytes[5] ^= X86Aes.EncryptLast(f, last);
        bytes[6] ^= X86Aes.EncryptLast(g, last);
        bytes[7] ^= X86Aes.EncryptLast(h, last);
    }
}
