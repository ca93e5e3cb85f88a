package io.keywheel.adapters.llm.openai;

import static io.keywheel.adapters.llm.openai.Dialect.Place.ANYWHERE;
import static io.keywheel.adapters.llm.openai.WrittenRequest.HI;
import static io.keywheel.adapters.llm.openai.WrittenRequest.extras;
import static io.keywheel.adapters.llm.openai.WrittenRequest.fields;
import static io.keywheel.adapters.llm.openai.WrittenRequest.tools;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import io.keywheel.adapters.llm.openai.Dialect.Trait;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Decimal;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import io.keywheel.json.JsonReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Request fields besides messages.
class RequestWriterTest {

    private static final Dialect STRICT =
            Dialect.OPENAI.limitAs("max_completion_tokens", Map.of("m", 100L)).with(Trait.USAGE_UNREQUESTED);
    private static final Sampling SEVEN_TOKENS = new Sampling(null, 7L, null, List.of(), null, null);

    @Test
    void sampling_is_written_and_lone_surrogates_are_escaped() {
        var stops = List.of("a\"", "b\ud83d");
        var sampling = new Sampling(new Decimal("0.70"), 7L, new Decimal("9e-1"), stops, 9007199254740993L, 2);

        assertEquals(
                ",'temperature':0.70,'max_tokens':7,'top_p':9e-1,'stop':['a\\'','b\\ud83d'],"
                        + "'seed':9007199254740993,'n':2}",
                fields(Dialect.OPENAI, sampling, Extras.NONE));
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "101, 100", "128000, 100"})
    void max_tokens_is_capped_at_the_models_limit(long wished, long sent) {
        var sampling = new Sampling(null, wished, null, List.of(), null, null);
        assertEquals(",'max_completion_tokens':" + sent + "}", fields(STRICT, sampling, Extras.NONE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    | }
                    # Values stay verbatim and in order.
                    z=1.50; a={ 'b' : [1e2] } | ,'z':1.50,'a':{ 'b' : [1e2] }}
                    a=-0.0; b=1E+5; c=123456789012345678901234567890; d=1e-400 | ,'a':-0.0,'b':1E+5,'c':123456789012345678901234567890,'d':1e-400}
                    user=null | }
                    # Fields written elsewhere are not repeated.
                    model='other'; messages=[]; tools=[1]; tool_choice='auto'; stream=true; stream_options={}; temperature=1; top_p=1; stop='x'; seed=3; n=2 | }
                    """)
    void extras_are_written_verbatim_without_duplicates(@Nullable String extras, String written) {
        assertEquals(written, fields(Dialect.OPENAI, Sampling.DEFAULT, extras(extras)));
    }

    @Test
    void dialect_with_one_token_limit_field_sends_only_that() {
        assertEquals(
                ",'max_completion_tokens':7}",
                fields(STRICT, SEVEN_TOKENS, extras("max_tokens=7; max_completion_tokens=8")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    max_completion_tokens=7 | ,'max_completion_tokens':7}
                    max_tokens=null; max_completion_tokens=7 | ,'max_completion_tokens':7}
                    max_completion_tokens=8; user='u'; max_tokens=7 | ,'max_completion_tokens':8,'user':'u','max_tokens':7}
                    """)
    void other_dialects_keep_the_callers_token_limit_fields(String extras, String written) {
        assertEquals(written, fields(Dialect.OPENAI, SEVEN_TOKENS, extras(extras)));
    }

    private static String streamed(Dialect dialect, @Nullable String options) {
        Extras extras = extras(options == null ? null : "stream_options=" + options);
        return fields(dialect, HI, Sampling.DEFAULT, extras, true);
    }

    /// The strict dialect sends usage without a request for it.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    | {'include_usage':true}
                    null | {'include_usage':true}
                    true | {'include_usage':true}
                    [1] | {'include_usage':true}
                    'a' | {'include_usage':true}
                    {'z':1.0,'include_usage':false,'x':false} | {'include_usage':true,'z':1.0,'x':false}
                    """)
    void stream_options_request_usage_and_keep_the_callers_options(@Nullable String options, String written) {
        assertEquals(",'stream':true,'stream_options':" + written + "}", streamed(Dialect.OPENAI, options));
        assertEquals(",'stream':true}", streamed(STRICT, options));
    }

    @Test
    void json_buffers_return_to_the_pool_after_writing() throws IOException {
        RecyclerPool<BufferRecycler> pool = JsonRecyclerPools.sharedConcurrentDequePool();
        try (var one = JsonReader.ofAnswer(Read.bytes("1"));
                var two = JsonReader.ofAnswer(Read.bytes("2"));
                var three = JsonReader.ofAnswer(Read.bytes("3"))) {
            assertEquals(3, Set.of(one.json(), two.json(), three.json()).size());
        }
        // Threads of other tests may also take buffers from the pool.
        int moreThanThereAre = 2 * pool.pooledCount();

        for (int i = 0; i < moreThanThereAre; i++) {
            streamed(Dialect.OPENAI, "{'include_obfuscation':false}");
        }

        // Reading the stream options alone returns one buffer.
        assertTrue(pool.pooledCount() > 1, pool::toString);
    }

    private static String choosing(ToolChoice choice) {
        return fields(
                Dialect.OPENAI,
                new Conversation(HI.messages(), List.of(), choice),
                Sampling.DEFAULT,
                Extras.NONE,
                false);
    }

    @Test
    void tool_choice_is_written() {
        assertEquals(",'tool_choice':'none'}", choosing(ToolChoice.Mode.NONE));
        assertEquals(",'tool_choice':'required'}", choosing(ToolChoice.Mode.REQUIRED));
        assertEquals(
                ",'tool_choice':{'type':'function','function':{'name':'f\\''}}}",
                choosing(new ToolChoice.Function("f\"")));
        assertEquals(
                ",'tool_choice':{'type':'allowed_tools','x':1.0}}",
                choosing(new ToolChoice.Other("{\"type\":\"allowed_tools\",\"x\":1.0}")));
    }

    @Test
    void tools_are_written_verbatim() {
        var function =
                new Tool.Function("f", "does", "{ \"maximum\" : 1.0e3 }", true, extras("cache_control={'ttl':1.0}"));

        assertEquals(
                ",'tools':[{'type':'function','function':{'name':'f','description':'does',"
                        + "'parameters':{ 'maximum' : 1.0e3 },'strict':true},'cache_control':{'ttl':1.0}}]}",
                tools(Dialect.OPENAI, function));
        assertEquals(
                ",'tools':[{'type':'browser_search','depth':1.0}]}",
                tools(Dialect.OPENAI, new Tool.Other(extras("type='browser_search'; depth=1.0"))));
    }

    @Test
    void dialect_drops_tool_extras() {
        var function = new Tool.Function("f", null, null, null, extras("cache_control={}; x=1"));
        var other = new Tool.Other(extras("type='t'; cache_control={}"));

        assertEquals(
                ",'tools':[{'type':'function','function':{'name':'f'},'x':1},{'type':'t'}]}",
                tools(Dialect.OPENAI.without(ANYWHERE, "cache_control"), function, other));
    }
}
