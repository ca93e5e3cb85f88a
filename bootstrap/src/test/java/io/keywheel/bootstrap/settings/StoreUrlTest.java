package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.adapters.state.RedisSharedState.Address;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreUrlTest {

    @ParameterizedTest
    @CsvSource({
        "redis://store,                              store,     6379, false, '',  '',        0",
        "redis://store:7000/3,                       store,     7000, false, '',  '',        3",
        "REDISS://store.example:6380/,               store.example, 6380, true, '', '',      0",
        "redis://:pass@store,                        store,     6379, false, '',  pass,      0",
        "redis://ann:p%40s%3As%2F%25+x@[::1]:1/0,    ::1,       1,    false, ann, p@s:s/%+x, 0",
        "redis://ann:a@b/c:d@127.0.0.1,              127.0.0.1, 6379, false, ann, a@b/c:d,   0",
    })
    void store_url_is_parsed(
            String url, String host, int port, boolean tls, String user, String password, int database) {
        assertEquals(new Address(host, port, tls, user, password, database), StoreUrl.read(url));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    store:6379;                  must begin with redis:// or, for TLS, rediss://
                    http://store;                must begin with redis:// or, for TLS, rediss://
                    redis://canary@store;        must have user:password before the @, or :password without a user
                    redis://ann:@store;          must have a password before the @
                    redis://ann:canary%zz@store; has a % before the @ without two hex digits (a % itself is %25)
                    redis://ann:canary@;         must name one host, and may have a port and a database, but no ? or #, as in redis://store.example:6379/0
                    redis://store/1?canary=1;    must name one host, and may have a port and a database, but no ? or #, as in redis://store.example:6379/0
                    redis://store:1?canary=1;    must name one host, and may have a port and a database, but no ? or #, as in redis://store.example:6379/0
                    redis://:canary@store:x;     must have a port from 1 to 65535
                    redis://:canary@store:;      must have a port from 1 to 65535
                    redis://store:70000;         must have a port from 1 to 65535
                    redis://store/canary;        must have a database from 0 to 1000000
                    """)
    void malformed_store_url_is_described_without_its_text(String url, String problem) {
        assertEquals(
                problem,
                assertThrows(IllegalArgumentException.class, () -> StoreUrl.read(url))
                        .getMessage());
    }
}
