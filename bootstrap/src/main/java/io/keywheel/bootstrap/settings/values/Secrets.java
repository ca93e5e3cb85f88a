package io.keywheel.bootstrap.settings.values;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads variables with comma-separated keys. Messages name an entry by its position in the list, never by its
/// text.
public record Secrets(ValidationMessages messages) {

    private static final int SHOWN_DIGITS = 8;

    private static final Pattern SENDABLE = Pattern.compile("[!-~]+");
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /// The distinct keys in `text`, in their order, each with its place in the pool of `provider`.
    ///
    /// @param known the expected key format; null for any format
    public SequencedMap<ApiKey, PoolKey> keys(
            ProviderId provider, String variable, String text, @Nullable ProviderKeys known) {
        var keys = new LinkedHashMap<ApiKey, PoolKey>();
        var fingerprints = new HashSet<String>();
        distinct(variable, text, known).forEach((secret, group) -> {
            var key = new ApiKey(secret, fingerprint(secret, fingerprints));
            keys.put(key, poolKey(provider, keys.size() + 1, key, group));
        });
        return keys;
    }

    /// The only key of a keyless provider.
    public static SequencedMap<ApiKey, PoolKey> none(ProviderId provider) {
        return new LinkedHashMap<>(Map.of(ApiKey.NONE, poolKey(provider, 1, ApiKey.NONE, "")));
    }

    /// A configured group's name has no `#`, so a key without a group has one of its own. The fingerprint, not the
    /// slot, names it, because another key may have the slot after a reload.
    private static PoolKey poolKey(ProviderId provider, int place, ApiKey key, String group) {
        return new PoolKey(
                new KeySlot(provider, place),
                new QuotaGroup(provider, group.isEmpty() ? "#" + key.fingerprint() : group),
                key.fingerprint());
    }

    /// The first digits of the hash: eight, or as many as distinguish the secret from the earlier ones.
    private static String fingerprint(String secret, Set<String> taken) {
        String hash = Sha256.hex(secret);
        int digits = SHOWN_DIGITS;
        while (!taken.add(hash.substring(0, digits))) {
            digits++;
        }
        return hash.substring(0, digits);
    }

    /// The secrets and their groups, `""` for none.
    private Map<String, String> distinct(String variable, String text, @Nullable ProviderKeys known) {
        var found = new LinkedHashMap<String, String>();
        Variables.entries(text, ",", Secrets::unquoted).forEach((place, entry) -> {
            int at = entry.lastIndexOf('@');
            String secret = at < 0 ? entry : unquoted(entry.substring(0, at));
            String group = at < 0 ? "" : unquoted(entry.substring(at + 1));
            String where = variable + ", entry " + place + ": ";
            if (known != null && ProviderKeys.isPlaceholder(secret)) {
                messages.warning(where + "is a placeholder, not a key, and is dropped; make a key at " + known.page());
            } else if (!isSendable(secret)) {
                messages.problem(where + "expected visible ASCII characters without blanks; a comma separates keys");
            } else if (at >= 0 && !GROUP.matcher(group).matches()) {
                messages.problem(where + "after @ a group's name is expected, up to 64 of A-Z, a-z, 0-9, '.', _ and -");
            } else if (found.putIfAbsent(secret, group) != null) {
                messages.warning(where + "repeats an earlier entry and is dropped");
            } else if (known != null && !known.othersWith(secret).isEmpty()) {
                messages.warning("%sbegins as keys of %s do: swapped? Keys of %s are made at %s"
                        .formatted(
                                where, String.join(" or ", known.othersWith(secret)), known.provider(), known.page()));
            }
        });
        return found;
    }

    /// Whether `secret` is valid in an HTTP header.
    public static boolean isSendable(String secret) {
        return SENDABLE.matcher(secret).matches();
    }

    public static String unquoted(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isAround(text.charAt(from))) {
            from++;
        }
        while (from < to && isAround(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isAround(char character) {
        return character == '"' || character == '\'' || Character.isWhitespace(character);
    }
}
