package io.keywheel.bootstrap.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The provider is at `https://groq.example/v1`, unless a test sets another base URL.
class ProxyTest {

    private static Optional<String> proxy(String... settings) {
        String[] all =
                Stream.concat(Stream.of("GROQ_API_KEYS=k"), Stream.of(settings)).toArray(String[]::new);
        return Optional.ofNullable(Reading.provider(all).settings().options().get("proxy"));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTPS_PROXY=http://proxy.example:3128,  proxy.example:3128",
        "https_proxy=http://proxy.example:3128/, proxy.example:3128",
        "HTTPS_PROXY=proxy.example:3128,         proxy.example:3128",
        "HTTPS_PROXY=HTTP://10.0.0.1,            10.0.0.1:1080",
        "HTTPS_PROXY=http://10.0.0.1:80/,        10.0.0.1:80",
        "HTTPS_PROXY=http://[::1]:3128,          [::1]:3128",
        "HTTPS_PROXY=http://a:b%40c@p.example:3, a:b%40c@p.example:3",
        "HTTPS_PROXY=a:b:c+@p.example,           a:b:c+@p.example:1080",
        "HTTPS_PROXY=http://token@p.example:3/,  token@p.example:3",
    })
    void proxy_is_read_from_the_standard_variables(String setting, String expected) {
        assertEquals(Optional.of(expected), proxy(setting));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "groq.example",
                "GROQ.example",
                "example",
                ".example",
                "*.example",
                "*",
                "groq.example:443",
                "example.",
                "other.test groq.example",
                "other.test, groq.example",
            })
    void host_in_no_proxy_bypasses_the_proxy(String direct) {
        assertEquals(Optional.empty(), proxy("HTTPS_PROXY=http://p:1", "NO_PROXY=" + direct));
        assertEquals(Optional.empty(), proxy("https_proxy=http://p:1", "no_proxy=" + direct));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"oq.example", "other.test", "groq.example:8443", "groq.example.test", ",", ".", "*.", ":443"})
    void host_not_in_no_proxy_uses_the_proxy(String direct) {
        assertEquals(Optional.of("p:1"), proxy("HTTPS_PROXY=http://p:1", "NO_PROXY=" + direct));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,      10.255.1.1,        true",
        "10.255.1.1/32,   10.255.1.1,        true",
        "0.0.0.0/0,       10.255.1.1,        true",
        "0.0.0.0/0,       200.1.1.1,         true",
        "::/0,            [fd00::1],         true",
        "10.255.1.1,      10.255.1.1,        true",
        "2001:db8::/33,   [2001:db8:7f::1],  true",
        "2001:db8::1,     [2001:db8::1],     true",
        "10.0.0.0/8,      11.0.0.1,          false",
        "192.168.0.0/17,  192.168.128.1,     false",
        "2001:db8::/33,   [2001:db8:8000::], false",
        "0.0.0.0/0,       [2001:db8::1],     false",
        "10.0.0.0/33,     10.255.1.1,        false",
        "10.0.0.0/-1,     10.255.1.1,        false",
        "10.0.0.0/x,      10.255.1.1,        false",
        "groq.example/0,  10.255.1.1,        false",
    })
    void address_in_a_no_proxy_network_bypasses_the_proxy(String network, String host, boolean directly) {
        var proxy = proxy("HTTPS_PROXY=http://p:1", "NO_PROXY=" + network, "GROQ_BASE_URL=https://" + host);

        assertEquals(directly, proxy.isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://localhost:9", "https://127.0.0.1/v1", "http://[::1]:9", "http://groq.example"})
    void loopback_host_and_plain_http_bypass_the_proxy(String url) {
        assertEquals(Optional.empty(), proxy("HTTPS_PROXY=http://p:1", "GROQ_BASE_URL=" + url, "GROQ_ALLOW_HTTP=true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"llm.example", "llm.example.", ".example", "llm.example:443", "llm.example.:443"})
    void dot_at_the_end_of_a_host_does_not_count(String direct) {
        assertEquals(
                Optional.empty(),
                proxy("HTTPS_PROXY=http://p:1", "NO_PROXY=" + direct, "GROQ_BASE_URL=https://llm.example."));
    }

    @Test
    void lower_case_variable_takes_precedence_over_upper_case() {
        assertEquals(Optional.of("low:1"), proxy("HTTPS_PROXY=http://up:1", "https_proxy=http://low:1"));
        assertEquals(
                Optional.of("p:1"), proxy("HTTPS_PROXY=http://p:1", "NO_PROXY=groq.example", "no_proxy=other.test"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://p:1",
                "https://p:1",
                "http://me:s3cret%@p:1",
                "http://me:s3 cret@p:1",
                "http://@p:1",
                "http://me:s3cret@p:1/path",
                "http://"
            })
    void unusable_proxy_is_a_problem_without_its_password(String url) {
        var report = Reading.of("GROQ_API_KEYS=k", "HTTPS_PROXY=" + url);

        report.assertProblems("HTTPS_PROXY must be an http URL of host and port, such as http://proxy.example:3128 or"
                + " http://user:password@proxy.example:3128, with user and password percent-encoded; a"
                + " proxy that is spoken to over TLS cannot be used");
        report.assertHides("s3cret");
    }

    @Test
    void provider_behind_an_unreadable_proxy_is_not_reported_as_readable() {
        var report = Reading.of(
                "HTTPS_PROXY=nonsense:x",
                "GROQ_API_KEYS=k",
                "CEREBRAS_API_KEYS=k",
                "CEREBRAS_BASE_URL=http://127.0.0.1:1");

        assertEquals(List.of("cerebras"), report.providerNames());
    }
}
