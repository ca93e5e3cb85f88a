package io.keywheel.adapters.http.hpack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.hpack.FieldDecoder.BrokenException;
import io.keywheel.fuzz.Fuzz;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FieldDecoderTest {

    /// From RFC 7541, appendix C.
    private static final String FIRST_RESPONSE =
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff"
                    + "6e919d29ad171863c78f0b97c8e9ae82ae43d3";

    private static final String THIRD_RESPONSE = "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad"
            + "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007";

    private final FieldDecoder decoder = new FieldDecoder(4096);

    private static List<String> fields(FieldDecoder decoder, byte[] head) {
        List<String> fields = new ArrayList<>();
        decoder.decode(head, field -> fields.add(field.name() + "=" + field.value()));
        return fields;
    }

    private List<String> fields(String hex) {
        return fields(decoder, HexFormat.of().parseHex(hex));
    }

    @Test
    void reads_requests_one_after_the_other() {
        assertEquals(
                List.of(":method=GET", ":scheme=http", ":path=/", ":authority=www.example.com"),
                fields("828684410f7777772e6578616d706c652e636f6d"));
        assertEquals(
                List.of(
                        ":method=GET",
                        ":scheme=http",
                        ":path=/",
                        ":authority=www.example.com",
                        "cache-control=no-cache"),
                fields("828684be58086e6f2d6361636865"));
        assertEquals(
                List.of(
                        ":method=GET",
                        ":scheme=https",
                        ":path=/index.html",
                        ":authority=www.example.com",
                        "custom-key=custom-value"),
                fields("828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"));
    }

    @Test
    void reads_requests_with_the_short_code() {
        fields("828684418cf1e3c2e5f23a6ba0ab90f4ff");
        fields("828684be5886a8eb10649cbf");

        assertEquals(
                List.of(
                        ":method=GET",
                        ":scheme=https",
                        ":path=/index.html",
                        ":authority=www.example.com",
                        "custom-key=custom-value"),
                fields("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"));
    }

    @Test
    void forgets_the_oldest_fields_first() {
        var small = new FieldDecoder(256);
        fields(small, HexFormat.of().parseHex(FIRST_RESPONSE));
        fields(small, HexFormat.of().parseHex("4883640effc1c0bf"));

        assertEquals(
                List.of(
                        ":status=200",
                        "cache-control=private",
                        "date=Mon, 21 Oct 2013 20:13:22 GMT",
                        "location=https://www.example.com",
                        "content-encoding=gzip",
                        "set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"),
                fields(small, HexFormat.of().parseHex(THIRD_RESPONSE)));
    }

    /// Helidon 4.5.0 turns in circles here.
    @Test
    void a_field_that_is_larger_than_the_table_empties_it() {
        assertEquals(List.of("a=b"), fields("20" + "4001610162"));
        assertThrows(BrokenException.class, () -> fields("be"));
    }

    @Test
    void a_field_that_is_remembered_is_forgotten_when_the_table_shrinks() {
        fields("4001610162");
        assertEquals(List.of("a=b"), fields("be"));
        fields("20");

        assertThrows(BrokenException.class, () -> fields("be"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // number zero
                "be", // a number that nothing was remembered for
                "ff8000", // and one far beyond
                "ffffffffffffffffff7f", // a number without a sensible end
                "ff80808080808080808000", // and one made of zeros
                "3fe21f", // a table that is larger than allowed
                "8220", // a table's size amid fields
                "00", // a field without a name
                "000161", // without a value
                "00016105", // a value that is shorter than it says
                "00ff", // a name without a length
                "0081ff0161", // the short code without a symbol
                "0001618207ff", // too much at the end
                "00016184ffffffff", // the end's own code
            })
    void what_cannot_be_unpacked_is_refused(String hex) {
        assertThrows(BrokenException.class, () -> fields(hex));
    }

    @Test
    void any_bytes_are_fields_or_refused() {
        var seeds = List.of(
                HexFormat.of().parseHex("828684418cf1e3c2e5f23a6ba0ab90f4ff"),
                HexFormat.of().parseHex("20828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
                HexFormat.of().parseHex(FIRST_RESPONSE));

        Fuzz.runBytes(seeds, bytes -> {
            try {
                int most = bytes.length * 4096;
                assertTrue(fields(new FieldDecoder(4096), bytes).stream()
                                .mapToInt(String::length)
                                .sum()
                        <= most);
            } catch (BrokenException _) {
                // That is an answer, too.
            }
        });
    }
}
