package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.Calls;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Outcomes of a stream by its events, its end and its timeouts.
class CompletionStreamTest {

    @AutoClose
    private static final ScriptedProvider PROVIDER = new ScriptedProvider();

    private static final String ROLE =
            RecordedAnswers.groqChunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", "");
    private static final String HELLO = RecordedAnswers.groqChunk("{\"content\":\"Hello\"}", "null", "");
    private static final String STOP = RecordedAnswers.groqChunk("{}", "\"stop\"", "");
    private static final String CALL = "{'choices':[{'delta':{'tool_calls':[{'index':0,'id':'c1','type':'function',"
            + "'function':{'name':'f','arguments':'{}'}}]}}]}";
    private static final String REFUSAL = RecordedAnswers.groqChunk("{\"refusal\":\"No.\"}", "null", "");
    private static final String ENDS_WITH_NO_WORD = RecordedAnswers.groqChunk("{\"content\":\"Hello\"}", "\"\"", "");
    private static final String DONE = "[DONE]";
    private static final Duration SHORT = Duration.ofMillis(300);

    private final List<Chunk> chunks = new ArrayList<>();

    private Completion answered(WireServer.Script script) {
        return assertInstanceOf(LlmReply.Answered.class, reply(script)).completion();
    }

    private Failure failed(WireServer.Script script) {
        return assertInstanceOf(LlmReply.Failed.class, reply(script)).failure();
    }

    private LlmReply reply(WireServer.Script script) {
        return PROVIDER.ask(script, port -> port.stream(TestCalls.hello(), chunks::add));
    }

    /// In events, `'` stands for a quotation mark.
    private static List<String> events(String... events) {
        return Stream.of(events).map(event -> event.replace('\'', '"')).toList();
    }

    private static WireServer.Script streaming(List<String> events) {
        return exchange -> exchange.stream(events.toArray(String[]::new));
    }

    private static String said(int choice, String text) {
        return "{'choices':[{'index':" + choice + ",'delta':{'content':'" + text + "'}}]}";
    }

    private static String ended(int choice, String reason) {
        return "{'choices':[{'index':" + choice + ",'delta':{},'finish_reason':'" + reason + "'}]}";
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                arguments(List.of(RecordedAnswers.GROQ_STREAM), FinishReason.STOP),
                arguments(List.of(RecordedAnswers.CEREBRAS_STREAM), FinishReason.STOP),
                arguments(events(HELLO, STOP), FinishReason.STOP),
                arguments(events(HELLO, STOP + DONE), FinishReason.STOP),
                arguments(events(ROLE, ended(0, "length"), DONE), FinishReason.LENGTH),
                arguments(
                        events(ROLE, "{'choices':[{'delta':{'reasoning_content':'Hm'}}]}", STOP, DONE),
                        FinishReason.STOP),
                arguments(events(ROLE, REFUSAL, STOP, DONE), FinishReason.STOP),
                arguments(events(ROLE, CALL, DONE), FinishReason.TOOL_CALLS),
                arguments(
                        events(
                                "{'message':'a','code':0}",
                                "{'message':'fine','code':'200'}",
                                HELLO,
                                "{'message':'still working','code':'ok'}",
                                "{'message':'still working','code':20000}",
                                STOP,
                                DONE),
                        FinishReason.STOP),
                arguments(events("{'choices':[],'message':'m','code':'c'}", HELLO, STOP), FinishReason.STOP),
                // Azure's filter results, a ping, and events of Groq and Ollama.
                arguments(
                        events(
                                "{'choices':[],'prompt_filter_results':[{'prompt_index':0}]}",
                                "{'type':'ping'}",
                                "{'x_groq':{'id':'req_1'}}",
                                "{'usage':{'prompt_tokens':1}}",
                                "{'message':{'role':'assistant','content':'a'},'errors':[],'detail':null}",
                                HELLO,
                                DONE),
                        FinishReason.OTHER),
                // With several choices, each must end; choice 0 sets the finish reason.
                arguments(
                        events(said(0, "a"), said(1, "b"), ended(1, "length"), said(0, "c"), ended(0, "stop"), DONE),
                        FinishReason.STOP),
                arguments(
                        events(said(0, "a"), said(1, "b"), ended(1, "stop"), ended(0, "length")), FinishReason.LENGTH),
                arguments(events(ended(0, "stop"), said(1, "b"), ended(1, "stop"), DONE), FinishReason.STOP),
                arguments(events(said(0, "a"), ended(1, "stop"), DONE), FinishReason.OTHER),
                arguments(events(said(0, "a"), ended(0, "stop"), said(0, "")), FinishReason.STOP));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void stream_is_complete_when_all_choices_ended_or_at_done(List<String> events, FinishReason reason) {
        var completion = answered(streaming(events));

        assertEquals(reason, completion.finishReason());
        assertEquals(
                events.stream()
                        .filter(event -> !event.equals(DONE))
                        .map(Read::chunk)
                        .toList(),
                chunks);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                arguments(events(ROLE), Kind.UNAVAILABLE),
                arguments(events(ROLE, STOP, DONE), Kind.EMPTY_REPLY),
                // A refusal does not count as delivered content.
                arguments(events(ROLE, REFUSAL, REFUSAL), Kind.UNAVAILABLE),
                arguments(events(ENDS_WITH_NO_WORD), Kind.INTERRUPTED),
                arguments(events(ROLE, HELLO), Kind.INTERRUPTED),
                arguments(events(said(0, "a"), said(1, "b"), ended(0, "stop")), Kind.INTERRUPTED),
                // An event with invalid JSON, or with two objects, fails the stream.
                arguments(events(ROLE, "{'choi", HELLO, STOP), Kind.UNAVAILABLE),
                arguments(events(HELLO, "{'choi", STOP), Kind.INTERRUPTED),
                arguments(events(HELLO, HELLO + HELLO, STOP), Kind.INTERRUPTED));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void incomplete_stream_fails_by_delivered_content(List<String> events, Kind expected) {
        Failure failure = failed(streaming(events));

        assertEquals(expected, failure.kind());
        if (events.getLast().equals(HELLO)) {
            assertEquals("the stream ended before the answer was complete", failure.message());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {'error':{'message':'busy','code':'queue_exceeded'},'status_code':429} | OVERLOADED   | busy
                    {'choices':[],'x_groq':{'error':'stopped early'}}                      | UNAVAILABLE  | stopped early
                    {'error':{'message':'m','type':'rate_limit_error'}}                    | RATE_LIMITED | m
                    {'error':{'message':'m'},'status_code':0}                              | UNAVAILABLE  | m
                    {'message':'m','code':'queue_exceeded'}                                | OVERLOADED   | m
                    {'message':'m','code':429}                                             | RATE_LIMITED | m
                    {'error':{'message':'m','type':'None','param':'None','code':'429'}}    | RATE_LIMITED | m
                    {'detail':'Rate limit'}                                                | UNAVAILABLE  | Rate limit
                    {'errors':[{'message':'nope','code':1000}]}                            | UNAVAILABLE  | nope
                    {'message':'slow down','status_code':429}                              | RATE_LIMITED | slow down
                    {'message':'boom','code':null}                                         | UNAVAILABLE  | boom
                    {'choices':null,'message':'boom'}                                      | UNAVAILABLE  | boom
                    {'message':'boom','code':'internal_error'}                             | UNAVAILABLE  | boom
                    {'object':'error','message':'slow','type':'rate_limit_error','code':'1300'} | RATE_LIMITED | slow
                    {'error':true}                                                         | UNAVAILABLE  | an error without a message
                    [{'error':{'code':429,'message':'no more'}}]                           | RATE_LIMITED | no more
                    {'choices':[{'index':0,'delta':{},'finish_reason':'error'}]}           | UNAVAILABLE  | the answer ended with error
                    {'choices':[{'index':0,'delta':{},'finish_reason':'insufficient_system_resource'}]} | OVERLOADED | the answer ended with insufficient_system_resource
                    {'choices':[{'index':0,'delta':{},'finish_reason':'error','error':{'message':'down','code':503}}]} | OVERLOADED | down
                    """)
    void error_event_before_done_is_a_failure(String event, Kind kind, String message) {
        String error = event.replace('\'', '"');

        Failure before = failed(exchange -> exchange.stream(ROLE, error, DONE));

        assertEquals(kind, before.kind());
        assertEquals(message, before.message());
        assertEquals(
                new Failure.Interrupted(message, kind == Kind.UNAVAILABLE ? "an error in its answer" : kind.label()),
                failed(exchange -> exchange.stream(HELLO, error, DONE)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    false | {'error':{'message':'no','code':'tool_use_failed','failed_generation':'{}','status_code':400}} | REJECTED | no
                    false | {'message':'busy','type':'too_many_requests_error','param':'queue','code':'queue_exceeded'} | OVERLOADED | busy
                    true  | Service Unavailable | INTERRUPTED | Service Unavailable
                    """)
    void error_event_is_classified_and_interrupts_after_content(
            boolean afterContent, String data, Kind expected, String message) {
        var failure = failed(exchange -> {
            exchange.openStream();
            exchange.event(afterContent ? HELLO : ROLE);
            exchange.chunk("event: error\ndata: " + data.replace('\'', '"') + "\n\n");
            exchange.endStream();
        });

        assertEquals(expected, failure.kind());
        assertEquals(message, failure.message());
    }

    @Test
    void connection_loss_after_the_finish_reason_is_ignored() {
        var completion = answered(exchange -> {
            exchange.openStream();
            exchange.event(HELLO);
            exchange.event(STOP);
            exchange.close();
        });

        assertEquals(FinishReason.STOP, completion.finishReason());
    }

    static Stream<Arguments> usages() {
        String once = "'usage':{'prompt_tokens':1,'completion_tokens':2}";
        String inGroqsOwn = RecordedAnswers.groqChunk("{}", "'stop'", ",'x_groq':{" + once + "}");
        String more = "{'choices':[],'usage':{'prompt_tokens':%d,'queue_time':0.%d0}}";
        String zeros = "{'choices':[],'usage':{'prompt_tokens':0,'prompt_tokens_details':{'cached_tokens':0}}}";
        return Stream.of(
                arguments(events(HELLO, inGroqsOwn, "{'choices':[]," + once + "}", DONE), new TokenUsage(1, 2, 3)),
                arguments(
                        events(HELLO, more.formatted(1, 1), STOP, more.formatted(2, 2), DONE),
                        new TokenUsage(2, 0, 2, null, null, Extras.of("queue_time", "0.20"))),
                arguments(
                        events(HELLO, more.formatted(1, 1), STOP, more.formatted(0, 2), DONE),
                        new TokenUsage(1, 0, 1, null, null, Extras.of("queue_time", "0.10"))),
                arguments(events(HELLO, STOP, "{'choices':[]," + once + "}", zeros, DONE), new TokenUsage(1, 2, 3)),
                arguments(
                        events(HELLO, more.formatted(0, 1), STOP, more.formatted(1, 2), DONE),
                        new TokenUsage(1, 0, 1, null, null, Extras.of("queue_time", "0.20"))));
    }

    @ParameterizedTest
    @MethodSource("usages")
    void last_usage_that_is_not_zero_wins(List<String> events, TokenUsage usage) {
        assertEquals(usage, answered(streaming(events)).usage());
    }

    /// Sends `event`, and then comments that keep the connection alive, until the client hangs up.
    private static WireServer.Script keptAlive(String event) {
        return exchange -> {
            exchange.openStream();
            exchange.event(event);
            while (!exchange.hungUpWithin(20)) {
                exchange.chunk(": keep-alive\n\n");
            }
        };
    }

    private Failure failed(WireServer.Script script, Timeouts timeouts) {
        var settings = Calls.settings(TestCalls.GROQ, PROVIDER.server.baseUrl(), timeouts, Map.of(), TestCalls.CANARY);
        try (LlmPort hasty = Dialect.OPENAI.open(settings)) {
            LlmReply reply = PROVIDER.ask(script, _ -> hasty.stream(TestCalls.hello(), chunks::add));
            return assertInstanceOf(LlmReply.Failed.class, reply).failure();
        }
    }

    @Test
    void roles_and_keepalives_extend_no_timeout() {
        assertEquals(
                new Failure.TimedOut("no first token within 300ms"),
                failed(keptAlive(ROLE), new Timeouts(Calls.LONG, SHORT, Calls.LONG)));
        assertEquals(
                new Failure.Interrupted("nothing more within 300ms", "nothing more within 300ms"),
                failed(keptAlive(HELLO), new Timeouts(Calls.LONG, Calls.LONG, SHORT)));
    }
}
