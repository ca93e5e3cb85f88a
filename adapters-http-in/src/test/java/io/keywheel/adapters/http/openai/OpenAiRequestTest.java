package io.keywheel.adapters.http.openai;

import static io.keywheel.adapters.http.request.Asked.read;
import static io.keywheel.adapters.http.request.Asked.said;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ModelSelector;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Message;
import io.keywheel.domain.chat.Sampling;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiRequestTest {

    @Test
    void what_is_needed_to_read_is_left_to_other_threads() {
        JsonRecyclerPools.sharedConcurrentDequePool().clear();

        read("{#}");

        assertEquals(1, JsonRecyclerPools.sharedConcurrentDequePool().pooledCount());
    }

    @Test
    void the_least_request_asks_any_model_for_one_answer_in_one_piece() {
        var asked = read("{#}");

        assertEquals(ChatCommand.of(Conversation.of(Message.user("a"))), asked.command());
        assertFalse(asked.stream());
        assertFalse(asked.includeUsage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{#}", "{#,'model':null}", "{#,'model':'auto'}"})
    void no_model_or_auto_is_any_providers_default(String body) {
        assertEquals(ModelSelector.ANY, read(body).command().selection());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-oss-120b", "groq/openai/gpt-oss-20b", "Auto"})
    void any_other_model_is_asked_for_as_it_is_written(String model) {
        assertEquals(
                new ModelSelector(null, model),
                read("{#,'model':'" + model + "'}").command().selection());
    }

    @Test
    void fallback_is_understood_and_not_forwarded() {
        var command = read("{#,'fallback':false}").command();

        assertFalse(command.fallback());
        assertEquals(Extras.NONE, command.extras());
    }

    @Test
    void stream_is_understood_and_not_forwarded() {
        var asked = read("{#,'stream':true}");

        assertTrue(asked.stream());
        assertFalse(asked.includeUsage());
        assertEquals(Extras.NONE, asked.command().extras());
    }

    @Test
    void stream_options_are_understood_and_kept_whole() {
        var asked = read("{#,'stream':true,'stream_options':{'x':1.10,'include_usage':true}}");

        assertTrue(asked.includeUsage());
        assertEquals(
                List.of("stream_options={'x':1.10,'include_usage':true}"),
                said(asked.command().extras().fields()));
    }

    @Test
    void everything_of_sampling_is_understood() {
        var command = read("{#,'temperature':1.10,'top_p':1E-1,'stop':['b','a'],'seed':-9223372036854775808,'n':128}")
                .command();

        assertEquals(
                new Sampling(new Decimal("1.10"), null, new Decimal("1E-1"), List.of("b", "a"), Long.MIN_VALUE, 128),
                command.sampling());
        assertEquals(Extras.NONE, command.extras());
    }

    @Test
    void the_ends_of_each_range_belong_to_it() {
        assertEquals(
                new Sampling(new Decimal("-0"), 1L, new Decimal("0"), List.of(), Long.MAX_VALUE, 1),
                read("{#,'temperature':-0,'top_p':0,'stop':[],'seed':9223372036854775807,'n':1,'max_tokens':1}")
                        .command()
                        .sampling());
        assertEquals(
                new Sampling(new Decimal("2.0"), null, new Decimal("1"), List.of("a"), null, null),
                read("{#,'temperature':2.0,'top_p':1,'stop':'a'}").command().sampling());
    }

    @Test
    void the_newer_spelling_of_the_token_limit_wins_and_both_ride_along() {
        var command = read("{#,'max_tokens':7,'max_completion_tokens':8}").command();

        assertEquals(8, command.sampling().maxTokens());
        assertEquals(
                List.of("max_tokens=7", "max_completion_tokens=8"),
                said(command.extras().fields()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "max_completion_tokens"})
    void either_spelling_of_the_token_limit_will_do(String name) {
        var command = read("{#,'" + name + "':7}").command();

        assertEquals(7, command.sampling().maxTokens());
        assertEquals(List.of(name + "=7"), said(command.extras().fields()));
    }

    @Test
    void a_known_field_that_is_null_is_left_out() {
        var asked = read("""
                {#,'temperature':null,'top_p':null,'stop':null,'seed':null,'n':null,'max_tokens':null,'tools':null,
                'max_completion_tokens':null,'stream':null,'stream_options':null,'fallback':null,'tool_choice':null}""");

        assertEquals(ChatCommand.of(Conversation.of(Message.user("a"))), asked.command());
        assertFalse(asked.stream());
    }

    @Test
    void what_is_not_ours_to_know_rides_along_as_it_came() {
        var extras = read("""
                        {'z':null,'response_format':{'type':7},'user':[9007199254740993],#,'logprobs':-0,
                        'reasoning_effort':1E+2,'temprature':'?','':{}}""").command().extras();

        assertEquals(
                List.of(
                        "z=null",
                        "response_format={'type':7}",
                        "user=[9007199254740993]",
                        "logprobs=-0",
                        "reasoning_effort=1E+2",
                        "temprature='?'",
                        "={}"),
                said(extras.fields()));
    }

    @Test
    void nothing_beyond_the_vocabulary_is_no_extras() {
        assertSame(Extras.NONE, read("{#,'n':2}").command().extras());
        assertNull(read("{#}").command().sampling().choices());
    }
}
