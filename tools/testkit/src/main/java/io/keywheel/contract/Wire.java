package io.keywheel.contract;

import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.Role;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a provider says things, in its own format: what the author of an adapter tells the contract.
///
/// Words may hold any character: write them as the format wants them, with [#json] for instance.
public interface Wire {

    /// What each answer is to have cost.
    int PROMPT_TOKENS = 7;

    /// What each answer is to have cost.
    int COMPLETION_TOKENS = 5;

    /// A whole answer.
    ///
    /// @param reason one of [#reasons]
    Said answer(String text, FinishReason reason);

    /// A whole answer that wants a function called; empty where the adapter cannot tell of that.
    ///
    /// @param arguments an object in JSON
    Optional<Said> toolCall(String name, String arguments);

    /// A whole answer that wants a function called several times at once; empty where the provider has none.
    ///
    /// @param arguments an object in JSON for each call
    default Optional<Said> toolCalls(String name, List<String> arguments) {
        return Optional.empty();
    }

    /// The ids of two such calls, the same in a stream; empty where the provider gives none.
    default Optional<List<String>> callIds() {
        return Optional.empty();
    }

    /// A whole answer with what the model thought; empty where the provider does not tell.
    default Optional<Said> reasoned(String reasoning, String text) {
        return Optional.empty();
    }

    /// What says the next words of thought in a stream; empty where the provider does not tell.
    default Optional<String> reasoningPiece(String text) {
        return Optional.empty();
    }

    /// Why an answer may end: with `CONTENT_FILTER`, too, where the provider has a word for it.
    default List<FinishReason> reasons() {
        return List.of(FinishReason.STOP, FinishReason.LENGTH);
    }

    /// How many of [#PROMPT_TOKENS] each answer says came from a cache; empty where it does not say.
    default Optional<Long> cachedTokens() {
        return Optional.empty();
    }

    /// How many of [#COMPLETION_TOKENS] each answer says the model thought with; empty where it does not say.
    default Optional<Long> reasoningTokens() {
        return Optional.empty();
    }

    /// The value of `Content-Type` that a stream has.
    String streamType();

    /// What says the next words in a stream.
    String piece(String text);

    /// What says in a stream that a function is to be called; empty where the adapter cannot tell of that.
    ///
    /// @param arguments an object in JSON
    Optional<String> toolCallPiece(String name, String arguments);

    /// What says in a stream that a function is to be called several times; empty where the provider has none.
    ///
    /// @param arguments an object in JSON for each call
    default Optional<String> toolCallPieces(String name, List<String> arguments) {
        return Optional.empty();
    }

    /// What ends a stream properly, its cost included.
    ///
    /// @param reason one of [#reasons], or `TOOL_CALLS` after [#toolCallPiece]
    String end(FinishReason reason);

    /// What says in a stream that the provider broke; empty where it has no words for that.
    Optional<String> breakdown(String words);

    /// An answer that is a failure; empty where the provider has none of this kind.
    ///
    /// @param kind one of `RATE_LIMITED`, `OVERLOADED`, `KEY_REFUSED`, `ACCOUNT_BLOCKED`, `MODEL_UNAVAILABLE`,
    ///     `UNAVAILABLE`, `TOO_LARGE`, `UNSUPPORTED` and `REJECTED`; of `UNAVAILABLE` each has one
    Optional<Said> failure(Kind kind, String words);

    /// A limit that tells when to come back; empty where the provider does not tell.
    ///
    /// @param wait whole seconds
    Optional<Said> limit(Duration wait);

    /// The list of models; empty where the provider has none.
    Optional<Said> models(List<String> ids);

    /// The same, laid out another way where the format leaves a choice: JSON in several lines, behind a blank
    /// one.
    default Said laidOut(Said said) {
        return said.type().equals("application/json")
                ? new Said(said.status(), said.type(), spread(said.body()), said.headers())
                : said;
    }

    /// The word that a request has for a role, once for each message of it.
    ///
    /// @param role one of `SYSTEM`, `USER` and `ASSISTANT`
    default String role(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /// Whether a request shows this key: verbatim in its head, unless the provider wants keys elsewhere,
    /// encoded, or used to sign.
    default boolean showsKey(WireExchange request, String secret) {
        return request.head().contains(secret);
    }

    /// JSON in several lines, with a blank one first.
    private static String spread(String json) {
        var parts = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[\\[\\]{},]");
        return "\n"
                + parts.matcher(json).replaceAll(part -> switch (part.group().charAt(0)) {
                    case '"' -> Matcher.quoteReplacement(part.group());
                    case '}', ']' -> "\n" + part.group();
                    default -> part.group() + "\n  ";
                })
                + "\n";
    }

    /// A text as JSON writes it, quotes included.
    static String json(String text) {
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                default -> json.append(c < ' ' ? "\\u%04x".formatted((int) c) : c);
            }
        }
        return json.append('"').toString();
    }

    /// A whole answer of HTTP.
    ///
    /// @param type the value of `Content-Type`
    /// @param headers further ones, each as `Name: value`
    record Said(int status, String type, String body, List<String> headers) {

        public Said {
            headers = List.copyOf(headers);
        }

        public static Said json(int status, String body, String... headers) {
            return new Said(status, "application/json", body, List.of(headers));
        }
    }
}
