package io.keywheel.bootstrap.settings.clients;

import io.keywheel.bootstrap.settings.values.Secrets;
import io.keywheel.bootstrap.settings.values.Sha256;
import io.keywheel.bootstrap.settings.values.ValidationMessages;
import io.keywheel.bootstrap.settings.values.Variables;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Reads the access tokens: `token`, `name=token` or `name=sha256:<hex>`, separated by commas. Messages name an
/// entry by its position, never by its text.
public record AccessTokensReader(Variables variables, ValidationMessages messages) {

    public static final String NAME = "KEYWHEEL_ACCESS_TOKENS";

    static final Pattern CLIENT = Pattern.compile("[a-z0-9-]{1,32}");

    /// An `=` that is Base64 padding at the end of a token does not separate a name.
    private static final Pattern NAMED = Pattern.compile("([^=]*)=(?!=)(.+)");

    static final String HASH = "sha256:";
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

    /// Sixteen hex digits have 64 bits, which cannot be guessed over a network.
    private static final int SHORTEST = 16;

    public AccessTokens read() {
        var text = variables.text(NAME);
        var clients = new LinkedHashMap<String, String>();
        var entries = Variables.entries(text.orElse(""), ",", Secrets::unquoted);
        Set<String> names = names(entries.values());
        entries.forEach((place, entry) -> read(entry, place, names, clients));
        if (text.isPresent() && entries.isEmpty()) {
            messages.problem(NAME + " is set, but holds no token");
        }
        return new AccessTokens(clients);
    }

    private static Set<String> names(Collection<String> entries) {
        return entries.stream()
                .map(NAMED::matcher)
                .filter(Matcher::matches)
                .map(named -> named.group(1).strip())
                .collect(Collectors.toSet());
    }

    /// @param names the names of all named entries
    private void read(String entry, int place, Set<String> names, LinkedHashMap<String, String> clients) {
        String where = NAME + ", entry " + place + ": ";
        Matcher named = NAMED.matcher(entry);
        boolean isNamed = named.matches();
        String client = isNamed ? named.group(1).strip() : "client-" + place;
        if (!isNamed && names.contains(client)) {
            messages.warning(
                    where + "has no name and is " + client + ", as another one is: they share limits and usage");
        }
        String token = isNamed ? Secrets.unquoted(named.group(2)) : entry;
        if (!CLIENT.matcher(client).matches()) {
            messages.problem(where + "before = a client's name is expected, up to 32 of a-z, 0-9 and -");
        } else if (token.startsWith(HASH)) {
            String digits = token.substring(HASH.length()).toLowerCase(Locale.ROOT);
            if (DIGITS.matcher(digits).matches()) {
                add(client, digits, where, clients);
            } else {
                messages.problem(where + "after " + HASH + " 64 hex digits are expected");
            }
        } else if (!Secrets.isSendable(token)) {
            messages.problem(where + "expected visible ASCII characters without blanks; a comma separates tokens");
        } else if (add(client, Sha256.hex(token), where, clients) && token.length() < SHORTEST) {
            messages.warning(where
                    + "has fewer than %s characters and could be guessed; '%s token NAME' makes a longer one"
                            .formatted(SHORTEST, ValidationMessages.PROGRAM));
        }
    }

    private boolean add(String client, String hash, String where, LinkedHashMap<String, String> clients) {
        if (clients.putIfAbsent(hash, client) != null) {
            messages.warning(where + "repeats an earlier entry and is dropped");
            return false;
        }
        return true;
    }
}
