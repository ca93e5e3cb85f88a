package io.keywheel.adapters.http.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.OpenAi;
import io.keywheel.adapters.http.Samples;
import io.keywheel.adapters.http.TestServer;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Completion.Choice;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.chat.TokenUsage;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A whole answer of OpenAI's API.
class CompletionTest {

    @AutoClose
    private static final TestServer testServer = new TestServer();

    private String answerTo(Completion completion) {
        testServer.chats.answer(completion);
        return testServer
                .post(OpenAi.COMPLETIONS, Samples.HELLO)
                .assertStatus(200)
                .body();
    }

    /// The only choice of an answer.
    private JsonNode choice(Content content, FinishReason reason, Extras ofChoice) {
        var choice = new Choice(0, content, reason, ofChoice);
        return TestServer.json(answerTo(new Completion(List.of(choice), null, Extras.NONE)))
                .at("/choices/0");
    }

    private JsonNode message(Content content) {
        return choice(content, FinishReason.STOP, Extras.NONE).get("message");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/openai/v1/chat/completions"})
    void response_has_openais_format(String path) {
        testServer.chats.play((_, _) -> Samples.answer("Hi", Samples.limited(Samples.GROQ, 1)));

        testServer
                .post(path, Samples.HELLO, "X-Request-Id: r-1")
                .assertJson(200, """
                        {"id": "chatcmpl-r-1", "object": "chat.completion", "created": 1795608000,
                         "model": "gpt-oss-120b",
                         "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"},
                                      "finish_reason": "stop"}],
                         "usage": {"prompt_tokens": 5, "completion_tokens": 7, "total_tokens": 12}}""")
                .assertHeader("X-Keywheel-Attempts", "groq/1:rate_limited, cerebras/1:ok");
    }

    @Test
    void unknown_upstream_fields_keep_their_digits_and_order() {
        var usage = new TokenUsage(1, 2, 3, null, null, OpenAi.extras("'queue_time':1.10"));
        var choice = new Choice(0, Content.of("Hi"), FinishReason.STOP, OpenAi.extras("'logprobs':{'content':[]}"));
        var extras = OpenAi.extras("'id':'c-9','model':'openai/gpt-oss-120b','created':1783016778,"
                + "'z':9007199254740993,'x_groq':{'id':'req','seed':1E+2},'service_tier':'on_demand'");

        assertEquals(
                "{'id':'c-9','object':'chat.completion','created':1783016778,'model':'openai/gpt-oss-120b',"
                        + "'choices':[{'index':0,'message':{'role':'assistant','content':'Hi'},"
                        + "'finish_reason':'stop','logprobs':{'content':[]}}],"
                        + "'usage':{'prompt_tokens':1,'completion_tokens':2,'total_tokens':3,'queue_time':1.10},"
                        + "'z':9007199254740993,'x_groq':{'id':'req','seed':1E+2},'service_tier':'on_demand'}",
                answerTo(new Completion(List.of(choice), usage, extras)).replace('"', '\''));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    {} | 'prompt_tokens_details':{'cached_tokens':3},'completion_tokens_details':{'reasoning_tokens':1}
                    {'prompt_tokens_details':{'cached_tokens':3,'text_tokens':5}} | 'completion_tokens_details':{'reasoning_tokens':1},'prompt_tokens_details':{'cached_tokens':3,'text_tokens':5}
                    """)
    void token_details_appear_once_and_prefer_the_upstream_object(String upstream, String details) {
        var extras = OpenAi.extras(upstream.substring(1, upstream.length() - 1));
        var usage = new TokenUsage(5, 2, 7, 3L, 1L, extras);
        var choice = new Choice(0, Content.of("Hi"), FinishReason.STOP, Extras.NONE);
        String said =
                answerTo(new Completion(List.of(choice), usage, Extras.NONE)).replace('"', '\'');

        assertTrue(said.contains("'total_tokens':7," + details + "}"), said);
    }

    @Test
    void response_has_every_choice() {
        var choices = List.of(
                new Choice(0, Content.of("a"), FinishReason.STOP, Extras.NONE),
                new Choice(1, Content.of("b"), FinishReason.LENGTH, Extras.NONE));
        var said = TestServer.json(answerTo(new Completion(choices, null, Extras.NONE)));

        assertEquals("b", said.at("/choices/1/message/content").textValue());
        assertEquals("length", said.at("/choices/1/finish_reason").textValue());
        assertTrue(said.path("usage").isMissingNode(), said::toString);
    }

    @Test
    void tool_call_message_has_null_content() {
        var calls = List.of(
                new ToolCall("c1", "f", "{\"a\": 1}"),
                new ToolCall("c2", "", "", OpenAi.extras("'type':'custom','custom':{'input':'x'}")));

        assertEquals(TestServer.json("""
                        {"role": "assistant", "content": null, "tool_calls": [
                         {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{\\"a\\": 1}"}},
                         {"id": "c2", "type": "custom", "custom": {"input": "x"}}]}"""), message(new Content("", null, calls, Extras.NONE)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', nullValues = "none", textBlock = """
                    4 | Hm   |                        | {'role':'assistant','content':'4','reasoning':'Hm'}
                    4 | Hm   | 'reasoning_content':'Hm' | {'role':'assistant','content':'4','reasoning_content':'Hm'}
                      | none | 'refusal':'I will not' | {'role':'assistant','content':null,'refusal':'I will not'}
                    a | none | 'role':null            | {'role':'assistant','content':'a'}
                    """)
    void message_keeps_the_upstreams_reasoning_and_refusal_fields(
            String text, String reasoning, String extras, String expected) {
        var content = new Content(
                text == null ? "" : text, reasoning, List.of(), OpenAi.extras(extras == null ? "" : extras));

        assertEquals(TestServer.json(expected.replace('\'', '"')), message(content));
    }

    @ParameterizedTest
    @CsvSource({
        "CONTENT_FILTER,,content_filter",
        "OTHER,,stop",
        "OTHER,null,stop",
        "OTHER,\"eos\",eos",
        "TOOL_CALLS,\"function_call\",function_call"
    })
    void finish_reason_is_the_upstreams_string_or_a_standard_one(FinishReason reason, String own, String expected) {
        Extras extras = own == null ? Extras.NONE : Extras.of("finish_reason", own);

        assertEquals(
                expected,
                choice(Content.of("a"), reason, extras).get("finish_reason").textValue());
    }
}
