/* Writes tests/vectors/reed-solomon.json with Intel's ISA-L, the peer whose code ours has to equal:
 *   cc -O2 make-vectors.c -lisal -o make-vectors && ./make-vectors > ../reed-solomon.json      (Debian: libisal-dev)
 */
#include <isa-l.h>
#include <stdio.h>

enum { MAX = 64, LENGTH = 100 };

/* Byte i of data fragment f. */
static unsigned char data_byte(unsigned f, unsigned i) { return (unsigned char)(167 * i + 13 * f + (i * i >> 5)); }

static void write_case(int k, int n, const char *separator)
{
    static unsigned char bytes[MAX][LENGTH], matrix[MAX * MAX], tables[32 * MAX * MAX];
    unsigned char *fragments[MAX];
    for (int f = 0; f < n; f++) {
        fragments[f] = bytes[f];
        for (int i = 0; f < k && i < LENGTH; i++)
            bytes[f][i] = data_byte(f, i);
    }
    gf_gen_cauchy1_matrix(matrix, n, k);
    ec_init_tables(k, n - k, matrix + k * k, tables);
    ec_encode_data(LENGTH, k, n - k, tables, fragments, fragments + k);

    printf("    { \"dataFragments\": %d, \"totalFragments\": %d, \"length\": %d, \"parity\": [", k, n, LENGTH);
    for (int f = k; f < n; f++) {
        printf("%s\n      \"", f == k ? "" : ",");
        for (int i = 0; i < LENGTH; i++)
            printf("%02x", bytes[f][i]);
        printf("\"");
    }
    printf("\n    ] }%s\n", separator);
}

int main(void)
{
    printf("{\n  \"madeWith\": \"ISA-L %d.%d.%d\",\n  \"cases\": [\n", ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION);
    write_case(4, 12, ",");
    write_case(6, 10, ",");
    write_case(8, 20, ",");
    write_case(10, 30, ",");
    write_case(20, 30, ",");
    write_case(29, 40, "");
    printf("  ]\n}\n");
    return 0;
}
