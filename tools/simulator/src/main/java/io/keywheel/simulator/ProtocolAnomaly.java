package io.keywheel.simulator;

import io.keywheel.simulator.http.Reply;
import io.keywheel.simulator.http.Step;
import io.keywheel.simulator.http.Step.Head;
import io.keywheel.simulator.http.Step.Part;
import io.keywheel.simulator.http.Step.Stop;
import io.keywheel.simulator.wire.Answer;
import io.keywheel.simulator.wire.Json;
import io.keywheel.simulator.wire.ProviderError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Undocumented ways to answer that clients meet in practice.
public enum ProtocolAnomaly implements Fault {
    /// 200 with the finish reason `stop` and neither text nor reasoning.
    EMPTY_TEXT,
    /// 200 with the finish reason `length`, with reasoning but no text: reasoning used all tokens.
    EMPTY_BY_LENGTH,
    /// A stream that only contains `[DONE]`; a whole answer is `{}`.
    ONLY_DONE,
    /// 200 with an empty body.
    NOTHING,
    /// 200 with HTML, but the content type of a normal answer.
    NOT_JSON,
    /// Truncated JSON in an intact HTTP body; in a stream, the last event is truncated.
    TRUNCATED_JSON,
    /// A stream whose first event with content is not JSON; a whole answer is truncated.
    BROKEN_EVENT,
    /// A stream without `[DONE]`; a whole answer is normal.
    NO_DONE,
    /// The connection is closed after the answer, without a `connection: close` header.
    SILENT_CLOSE,
    /// An interim response 103 precedes the answer.
    INTERIM_103,
    /// The end of the connection ends the body.
    CLOSE_DELIMITED,
    /// 400 whose message repeats the `Authorization` header.
    ECHO_KEY,
    /// 307 to the same path of another provider of this server.
    REDIRECT;

    private static final String INTERIM = "HTTP/1.1 103 Early Hints\r\nlink: </>; rel=preconnect\r\n\r\n";
    private static final String PAGE = "<html><body>It works!</body></html>";

    List<Step> reply(ProviderRequest asked) {
        return switch (this) {
            case EMPTY_TEXT -> asked.changed(Answer::empty);
            case EMPTY_BY_LENGTH -> asked.changed(Answer::thoughtOnly);
            case ONLY_DONE -> saying(asked, asked.streams() ? Json.DONE.text() : "{}");
            case NOTHING -> saying(asked, "");
            case NOT_JSON -> saying(asked, asked.streams() ? "data: " + PAGE + "\n\n" : PAGE);
            case TRUNCATED_JSON, BROKEN_EVENT -> truncated(asked, asked.normal());
            case NO_DONE ->
                asked.normal().stream().filter(step -> !step.equals(Json.DONE)).toList();
            case SILENT_CLOSE -> closing(asked.normal());
            case INTERIM_103 -> FaultyAnswer.with(asked.normal(), 0, new Part(INTERIM, false));
            case CLOSE_DELIMITED -> FaultyAnswer.withHead(closing(asked.normal()), ProtocolAnomaly::closeDelimited);
            case ECHO_KEY ->
                asked.error(ProviderError.row(
                        "400 invalid_request_error - -",
                        "Cannot process a request with Authorization: "
                                + asked.exchange().header("authorization")));
            case REDIRECT -> {
                var other = asked.provider() == Provider.COMPATIBLE ? Provider.GROQ : Provider.COMPATIBLE;
                yield Reply.text(307, "text/plain", Map.of("location", other.path() + asked.path()), "Moved\n");
            }
        };
    }

    private static List<Step> closing(List<Step> steps) {
        return steps.stream()
                .map(step -> step == Stop.END ? Stop.END_AND_CLOSE : step)
                .toList();
    }

    private static List<Step> saying(ProviderRequest asked, String body) {
        var type = asked.streams() ? asked.dialect().eventStream() : "application/json";
        return Reply.text(200, type, asked.dialect().headers(asked.stamp()), body);
    }

    private List<Step> truncated(ProviderRequest asked, List<Step> steps) {
        if (!FaultyAnswer.streams(steps)) {
            return saying(
                    asked,
                    FaultyAnswer.upTo(steps, Moment.afterTokens(1)).stream()
                            .map(step -> step instanceof Part part ? part.text() : "")
                            .collect(Collectors.joining()));
        }
        var event = new Part("data: {\"id\":\"chatcmpl-" + asked.stamp().id() + "\",\"choices\":[{\"del\n\n", true);
        if (this == TRUNCATED_JSON) {
            return FaultyAnswer.ending(steps, Moment.afterTokens(1), event, Stop.END);
        }
        var broken = FaultyAnswer.ending(steps, Moment.BEFORE_CONTENT, event);
        broken.addAll(steps.subList(broken.size(), steps.size()));
        return broken;
    }

    private static Head closeDelimited(Head head) {
        var headers = new LinkedHashMap<>(head.headers());
        headers.remove("content-length");
        headers.put("connection", "close");
        return new Head(head.status(), headers, false);
    }
}
