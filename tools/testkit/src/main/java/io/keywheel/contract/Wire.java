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
import java.util.stream.Stream;

/// A provider's wire format, which the author of an adapter describes for the contract.
///
/// Stateless: the contract calls the methods in any order. So each chunk of a stream has only its own text. A
/// format whose chunks repeat the text so far cannot be described.
///
/// Texts may contain any characters: encode them as the format requires, for example with [#json].
public interface Wire {

    /// The prompt tokens in the usage of each answer.
    int PROMPT_TOKENS = 7;

    /// The completion tokens in the usage of each answer.
    int COMPLETION_TOKENS = 5;

    /// A whole answer.
    ///
    /// @param reason one of [#reasons]
    Reply answer(String text, FinishReason reason);

    /// A whole answer whose text is in several parts, without finish reasons of their own; empty if the format has one
    /// text.
    default Optional<Reply> answerInParts(List<String> texts) {
        return Optional.empty();
    }

    /// A whole answer with tool calls of one function; empty if the adapter does not support tool calls.
    ///
    /// @param arguments an object in JSON for each call; write `{}` as the provider does, even if it sends nothing
    default Optional<Reply> toolCalls(String name, List<String> arguments) {
        return Optional.empty();
    }

    /// A whole answer with text and a tool call; empty if unsupported.
    ///
    /// @param arguments an object in JSON
    default Optional<Reply> textAndToolCall(String text, String name, String arguments) {
        return Optional.empty();
    }

    /// The ids of two such calls, also in a stream; empty if the format has no ids.
    default Optional<List<String>> callIds() {
        return Optional.empty();
    }

    /// A whole answer with reasoning; empty if the provider does not return reasoning.
    default Optional<Reply> reasoned(String reasoning, String text) {
        return Optional.empty();
    }

    /// A chunk of a stream with reasoning; empty if the provider does not return reasoning.
    default Optional<String> reasoningPiece(String text) {
        return Optional.empty();
    }

    /// The finish reasons of the format; add `CONTENT_FILTER` if the format has it, and `OTHER` for a reason that the
    /// adapter does not know.
    default List<FinishReason> reasons() {
        return List.of(FinishReason.STOP, FinishReason.LENGTH);
    }

    /// The cached part of [#PROMPT_TOKENS] in each answer; empty if not reported.
    default Optional<Long> cachedTokens() {
        return Optional.empty();
    }

    /// The reasoning part of [#COMPLETION_TOKENS] in each answer; empty if not reported.
    default Optional<Long> reasoningTokens() {
        return Optional.empty();
    }

    /// The `Content-Type` of streams.
    String streamType();

    /// The beginning of a stream, before its first chunk; empty if the format has none.
    default String begin() {
        return "";
    }

    /// A chunk of a stream with text.
    String piece(String text);

    /// A chunk of a stream with tool calls of one function; empty if the adapter does not support tool calls.
    ///
    /// @param arguments as in [#toolCalls]
    default Optional<String> toolCallPieces(String name, List<String> arguments) {
        return Optional.empty();
    }

    /// The proper end of a stream, including its usage.
    ///
    /// @param reason one of [#reasons], or `TOOL_CALLS` after [#toolCallPieces]
    String end(FinishReason reason);

    /// An error of the kind `UNAVAILABLE` in a stream; empty if the format has none.
    Optional<String> breakdown(String words);

    /// An error answer; empty if the provider has none of this kind.
    ///
    /// @param kind one of `RATE_LIMITED`, `OVERLOADED`, `KEY_REFUSED`, `ACCOUNT_BLOCKED`, `MODEL_UNAVAILABLE`,
    ///     `UNAVAILABLE`, `TOO_LARGE`, `UNSUPPORTED` and `REJECTED`; required for `UNAVAILABLE`
    Optional<Reply> failure(Kind kind, String words);

    /// A rate limit error with the time to wait; empty if the provider does not report it.
    ///
    /// @param wait in whole seconds
    Optional<Reply> limit(Duration wait);

    /// The headers of an answer after which no request is left for `reset`; empty if the provider does not report it.
    default List<String> nothingLeft(Duration reset) {
        return List.of();
    }

    /// The list of models; empty if the provider has no list.
    Optional<Reply> models(List<String> ids);

    /// The same answer in another layout, if the format allows: JSON in several lines, after a blank line.
    default Reply laidOut(Reply said) {
        return said.type().equals("application/json")
                ? new Reply(said.status(), said.type(), spread(said.body()), said.headers())
                : said;
    }

    /// The same stream in another layout, if the format has lines: CRLF, and a blank line or a comment.
    default String laidOut(String stream) {
        String blank = streamType().startsWith("text/event-stream") ? ": a comment\n\n" : "\n";
        return (blank + stream.replace("\r\n", "\n")).replace("\n", "\r\n");
    }

    /// The body of a request without the escapes of its format. The default resolves those of JSON.
    default String unescaped(String body) {
        return Pattern.compile("\\\\(?:u(\\p{XDigit}{4})|(.))").matcher(body).replaceAll(escape -> {
            String code = escape.group(1);
            return Matcher.quoteReplacement(
                    code != null
                            ? String.valueOf((char) Integer.parseInt(code, 16))
                            : escape.group(2).equals("n") ? "\n" : escape.group(2));
        });
    }

    /// The name of a role in a request, which each message of the role contains once.
    ///
    /// @param role one of `SYSTEM`, `USER` and `ASSISTANT`; with [#toolCalls] also `TOOL`
    default String role(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }

    /// Whether a request contains this key. The default expects it verbatim in the head; override it if keys
    /// are sent elsewhere, encoded, or used for signing.
    default boolean showsKey(WireExchange request, String secret) {
        return request.head().contains(secret);
    }

    /// The JSON in several lines, after a blank line.
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

    /// A text as a JSON string, including its quotes.
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

    /// A whole HTTP response.
    ///
    /// @param type the value of `Content-Type`
    /// @param headers further headers, each as `Name: value`
    record Reply(int status, String type, String body, List<String> headers) {

        public Reply {
            headers = List.copyOf(headers);
        }

        Reply withHeaders(List<String> more) {
            return new Reply(
                    status,
                    type,
                    body,
                    Stream.concat(headers.stream(), more.stream()).toList());
        }

        Reply withStatus(int other) {
            return new Reply(other, type, body, headers);
        }

        public static Reply json(int status, String body, String... headers) {
            return new Reply(status, "application/json", body, List.of(headers));
        }
    }
}
