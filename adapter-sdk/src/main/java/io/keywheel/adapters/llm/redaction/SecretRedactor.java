package io.keywheel.adapters.llm.redaction;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Extras;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Prepares upstream texts for display: masks keys, removes control characters, and limits the length. Thread-safe.
public final class SecretRedactor {

    /// A text shows fewer consecutive characters of a key than this. A shorter key is masked as a whole.
    private static final int PIECE_LENGTH = 8;

    private static final int PARAGRAPH = 500;
    private static final int PAGE = 4000;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");
    static final String MASKED = "***";

    /// A hash table of all substrings of [#PIECE_LENGTH] characters of all keys, in lower case, one byte a
    /// character. 0 is an empty entry.
    private final long[] pieces;

    private final Set<String> shortKeys = new HashSet<>();

    public SecretRedactor(List<ApiKey> keys) {
        List<String> secrets = keys.stream()
                .map(ApiKey::reveal)
                .flatMap(secret -> Stream.concat(
                        Stream.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8)), base64(secret)))
                .distinct()
                .toList();
        int count = secrets.stream().mapToInt(String::length).sum();
        // At least a third remains empty.
        pieces = new long[Integer.highestOneBit(count + count / 2 + 1) << 1];
        secrets.forEach(this::add);
    }

    /// A key in base64, by the number of characters before it modulo three.
    private static Stream<String> base64(String secret) {
        return Stream.of(Base64.getEncoder(), Base64.getUrlEncoder())
                .flatMap(encoder -> Stream.of("", "1", "12")
                        .map(before -> encoder.withoutPadding()
                                .encodeToString((before + secret).getBytes(StandardCharsets.UTF_8))))
                .filter(encoded -> encoded.length() >= PIECE_LENGTH);
    }

    private void add(String secret) {
        if (secret.length() < PIECE_LENGTH && !secret.isEmpty()) {
            shortKeys.add(lower(secret));
        }
        long window = 0;
        for (int i = 0; i < secret.length(); i++) {
            window = window << Byte.SIZE | lower(secret.charAt(i));
            if (i + 1 >= PIECE_LENGTH) {
                pieces[place(window)] = window;
            }
        }
    }

    /// The index of a piece in the table, or of the empty entry for it.
    private int place(long piece) {
        int place = Long.hashCode(piece * 0x9E3779B97F4A7C15L) & (pieces.length - 1);
        while (pieces[place] != piece && pieces[place] != 0) {
            place = (place + 1) & (pieces.length - 1);
        }
        return place;
    }

    /// The index in `text` at which the next piece of a key begins; -1 for none.
    private int find(String text, int from) {
        long window = 0;
        for (int i = from; i < text.length(); i++) {
            char c = lower(text.charAt(i));
            window = c < 0x80 ? window << Byte.SIZE | c : 0;
            if (i - from >= PIECE_LENGTH - 1 && window != 0 && pieces[place(window)] == window) {
                return i + 1 - PIECE_LENGTH;
            }
        }
        return -1;
    }

    /// Masks `text` and limits it to 500 characters, which are enough to identify a provider's problem.
    public String paragraph(String text) {
        return cut(clean(text), PARAGRAPH);
    }

    /// Masks `text` and limits it to 4000 characters, because schema errors are long and callers must be able to read
    /// them.
    public String page(String text) {
        return cut(clean(text), PAGE);
    }

    /// Whether a name or an id contains a piece of a key. A key of fewer than eight characters counts only if it is
    /// the whole name, because many names contain an `x`.
    public boolean nameHasSecret(String name) {
        return find(name, 0) >= 0 || (!shortKeys.isEmpty() && shortKeys.contains(lower(name)));
    }

    /// Masks the names and ids of the chunks of one answer, on one thread.
    public UnaryOperator<Chunk> chunks() {
        return new RedactedNames(this)::masked;
    }

    /// Masks each field of an error that contains a piece of a key, and leaves the others as they are.
    public Extras masked(Extras extras) {
        return masked(extras, text -> !secretsIn(line(text)).isEmpty());
    }

    static Extras masked(Extras extras, Predicate<String> hasSecret) {
        var fields = new LinkedHashMap<String, String>();
        extras.fields().forEach((name, json) -> {
            boolean isNameSecret = hasSecret.test(name);
            boolean isSecret = isNameSecret || hasSecret.test(RedactedNames.text(json));
            fields.put(isNameSecret ? MASKED : name, isSecret ? '"' + MASKED + '"' : json);
        });
        return new Extras(fields);
    }

    private String clean(String text) {
        // Control characters are removed first, because one may split a key. The text is cut last: a cut may halve
        // a key.
        String line = line(text);
        return mask(secretsIn(line), line);
    }

    private static String line(String text) {
        return CONTROL.matcher(text)
                .replaceAll(match -> match.group().isBlank() ? " " : "")
                .strip();
    }

    private BitSet secretsIn(String line) {
        String lower = lower(line);
        var secret = new BitSet();
        for (int i = find(line, 0); i >= 0; i = find(line, i + 1)) {
            secret.set(i, i + PIECE_LENGTH);
        }
        for (String key : shortKeys) {
            for (int i = lower.indexOf(key); i >= 0; i = lower.indexOf(key, i + 1)) {
                secret.set(i, i + key.length());
            }
        }
        return secret;
    }

    /// Lower-cases ASCII characters only, which keeps all indices: keys are ASCII.
    private static String lower(String line) {
        var lower = new StringBuilder(line);
        for (int i = 0; i < lower.length(); i++) {
            lower.setCharAt(i, lower(lower.charAt(i)));
        }
        return lower.toString();
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
    }

    private static String mask(BitSet secret, String line) {
        var masked = new StringBuilder();
        int from = 0;
        for (int i = secret.nextSetBit(0); i >= 0; i = secret.nextSetBit(from)) {
            masked.append(line, from, i).append(MASKED);
            from = secret.nextClearBit(i);
        }
        return masked.append(line, from, line.length()).toString();
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }
}
