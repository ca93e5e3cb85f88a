package io.keywheel.adapters.llm.redaction;

import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.Delta;
import io.keywheel.domain.chat.Chunk.Piece;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.TokenUsage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Masks the names that a provider gives in one answer: its id, its model, tool calls, the finish reason, and
/// further fields of its usage. Ignores the content.
///
/// Chunks usually have the same extras, which are searched once.
final class RedactedNames {

    /// The only name of a choice outside its delta.
    private static final String FINISH = "finish_reason";

    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

    private final SecretRedactor secretRedactor;

    /// The latest extras without a key. Chunks that are read by a template share their extras.
    private Extras latest = Extras.NONE;

    RedactedNames(SecretRedactor secretRedactor) {
        this.secretRedactor = secretRedactor;
    }

    Chunk masked(Chunk chunk) {
        List<Piece> pieces = chunk.pieces();
        boolean hasNames = false;
        for (Piece piece : pieces) {
            hasNames |= !piece.delta().toolCalls().isEmpty()
                    || piece.extras().fields().containsKey(FINISH);
        }
        Extras extras = masked(chunk.extras());
        TokenUsage usage = masked(chunk.usage());
        return !hasNames && extras.equals(chunk.extras()) && Objects.equals(usage, chunk.usage())
                ? chunk
                : new Chunk(pieces.stream().map(this::masked).toList(), usage, extras);
    }

    private Piece masked(Piece piece) {
        Delta delta = piece.delta();
        List<ToolCallPart> calls = delta.toolCalls().stream()
                .map(call -> new ToolCallPart(
                        call.index(), masked(call.id()), masked(call.name()), call.arguments(), call.extras()))
                .toList();
        return new Piece(
                piece.choice(),
                new Delta(delta.text(), delta.reasoning(), calls, delta.extras()),
                piece.finishReason(),
                finish(piece.extras()));
    }

    private @Nullable String masked(@Nullable String name) {
        return name != null && secretRedactor.nameHasSecret(name) ? SecretRedactor.MASKED : name;
    }

    private @Nullable TokenUsage masked(@Nullable TokenUsage usage) {
        return usage == null ? null : usage.withExtras(masked(usage.extras()));
    }

    private Extras finish(Extras extras) {
        String word = extras.fields().get(FINISH);
        return word == null || isHarmless(FINISH, word)
                ? extras
                : SecretRedactor.masked(extras, secretRedactor::nameHasSecret);
    }

    private Extras masked(Extras extras) {
        if (extras.equals(latest)) {
            return extras;
        }
        for (Map.Entry<String, String> field : extras.fields().entrySet()) {
            if (!isHarmless(field.getKey(), field.getValue())) {
                return SecretRedactor.masked(extras, secretRedactor::nameHasSecret);
            }
        }
        latest = extras;
        return extras;
    }

    private boolean isHarmless(String name, String json) {
        return !secretRedactor.nameHasSecret(name) && !secretRedactor.nameHasSecret(text(json));
    }

    /// The text of a JSON string, or other JSON, without escapes: an escape must not hide a key.
    static String text(String json) {
        String plain = json.indexOf('\\') < 0 ? json : unescaped(json);
        return plain.startsWith("\"") && plain.length() > 1 ? plain.substring(1, plain.length() - 1) : plain;
    }

    private static String unescaped(String json) {
        return ESCAPE.matcher(json).replaceAll(escape -> {
            String code = escape.group(1);
            return Matcher.quoteReplacement(
                    code == null ? escape.group(2) : String.valueOf((char) Integer.parseInt(code, 16)));
        });
    }
}
