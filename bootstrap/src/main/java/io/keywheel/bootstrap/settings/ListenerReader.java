package io.keywheel.bootstrap.settings;

import io.keywheel.adapters.http.HttpGateway;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads where the gateway listens, and who may come in.
final class ListenerReader {

    private static final int FOUR_MIB = 4 << 20;
    private static final int MANY = 1_000_000;

    private static final Pattern NAME_OR_ADDRESS = Pattern.compile("[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]+");

    private static final ValueParser<String> HOST = new ValueParser<>(
            "a host's name or address, such as 127.0.0.1, without a scheme or port",
            text -> Optional.of(text.replaceAll("^\\[|]$", ""))
                    .filter(host -> NAME_OR_ADDRESS.matcher(host).matches()));

    private final Variables variables;
    private final ValidationMessages validationMessages;

    ListenerReader(Variables variables, ValidationMessages validationMessages) {
        this.variables = variables;
        this.validationMessages = validationMessages;
    }

    ListenerSettings read() {
        String host = variables.read("KEYWHEEL_HOST", HOST).orElse("127.0.0.1");
        AccessTokens tokens = tokens();
        if (tokens.isEmpty() && !Loopback.is(host)) {
            validationMessages.problem(
                    "KEYWHEEL_ACCESS_TOKENS is needed, because KEYWHEEL_HOST is not a loopback address:"
                            + " whoever reaches it could spend your keys");
        }
        var reader = new TlsReader(variables, validationMessages);
        Tls tls = reader.read();
        if (tls != null) {
            validationMessages.notice("the TLS certificate is for " + tls);
        } else if (!reader.isWanted() && !tokens.isEmpty() && !Loopback.is(host)) {
            validationMessages.warning(
                    "KEYWHEEL_HOST is not a loopback address, and clients speak plain HTTP: tokens, prompts and"
                            + " answers can be read on the way. Set KEYWHEEL_TLS_CERT and KEYWHEEL_TLS_KEY, or put something in"
                            + " front that speaks TLS and let nobody past it");
        }
        return new ListenerSettings(
                host,
                variables.read("KEYWHEEL_PORT", ValueParser.whole(0, 0xffff)).orElse(8080),
                tokens,
                tls,
                variables.read("KEYWHEEL_MAX_BODY", ValueParser.size()).orElse(FOUR_MIB),
                maxRequests(),
                origins());
    }

    private AccessTokens tokens() {
        String name = "KEYWHEEL_ACCESS_TOKENS";
        var text = variables.text(name);
        var tokens = new Secrets(validationMessages).tokens(name, text.orElse(""));
        if (text.isPresent() && tokens.isEmpty()) {
            validationMessages.problem(name + " is set, but holds no token");
        }
        return tokens;
    }

    private int maxRequests() {
        String name = "KEYWHEEL_MAX_REQUESTS";
        int most = variables.read(name, ValueParser.whole(0, MANY)).orElse(0);
        int room = HttpGateway.roomForRequests();
        if (most > room) {
            validationMessages.warning(
                    "%s is more than the %d that the heap has room for: memory may run out".formatted(name, room));
        }
        return most;
    }

    private List<String> origins() {
        String name = "KEYWHEEL_CORS_ORIGINS";
        List<String> entries = Arrays.stream(variables.text(name).orElse("").split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
        var origins = new ArrayList<String>();
        for (int i = 0; i < entries.size(); i++) {
            var origin = UrlForms.ORIGIN.read(entries.get(i));
            origin.ifPresent(origins::add);
            if (origin.isEmpty()) {
                validationMessages.problem(
                        "%s, entry %d must be %s".formatted(name, i + 1, UrlForms.ORIGIN.expected()));
            }
        }
        return origins;
    }
}
