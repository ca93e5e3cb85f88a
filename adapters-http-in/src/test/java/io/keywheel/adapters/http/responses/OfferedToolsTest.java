package io.keywheel.adapters.http.responses;

import static io.keywheel.adapters.http.responses.ResponsesRequests.functions;
import static io.keywheel.adapters.http.responses.ResponsesRequests.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.adapters.http.responses.OfferedTools.ClientTool;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Tool;
import io.keywheel.domain.chat.ToolChoice;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Translation of tools to upstream functions and of calls back.
class OfferedToolsTest {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final String F = "{'type':'function','name':'f'}";
    private static final String PATCH = "{'type':'custom','name':'patch'}";
    private static final String GH = "{'type':'namespace','name':'mcp__gh__','description':'d','tools':["
            + "{'type':'function','name':'find'},{'type':'custom','name':'run'}]}";

    @Test
    void function_tool_is_forwarded_unchanged() {
        assertEquals(
                List.of(new Tool.Function("f", "d", "{\"a\":1.10}", true, Extras.NONE)),
                functions("{'type':'function','name':'f','description':'d','parameters':{'a':1.10},'strict':true}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    'name':'p'                                              |
                    'name':'p','description':'d','format':{'type':'text'}   | d
                    'name':'p','description':'d','format':{}                | d
                    'name':'p','format':{'type':'grammar','syntax':'regex','definition':'a+'}| The input must match this grammar (regex):~a+
                    'name':'p','description':'Edits.','format':{'type':'grammar','syntax':'lark','definition':'start: x'}| Edits.~~The input must match this grammar (lark):~start: x
                    """)
    void custom_tool_becomes_a_function_with_one_text_input(String fields, @Nullable String description) {
        Tool.Function function = functions("{'type':'custom'," + fields + "}").getFirst();

        assertEquals(description == null ? null : description.replace('~', '\n'), function.description());
        assertTrue(Objects.requireNonNull(function.parameters()).contains("\"required\":[\"input\"]"));
    }

    @Test
    void upstream_names_are_valid_unique_and_map_back() {
        String longName = "n".repeat(63);
        String tools = String.join(
                ",",
                "{'type':'function','name':'mcp__gh__find'}",
                GH,
                "{'type':'namespace','name':'gh','tools':[{'type':'function','name':'a.b'}]}",
                "{'type':'namespace','name':'gh','tools':[{'type':'function','name':'a_b'}]}",
                "{'type':'namespace','name':'x','tools':[{'type':'function','name':'" + longName + "'}]}",
                "{'type':'namespace','name':'x','tools':[{'type':'function','name':'" + longName + "1'}]}",
                "{'type':'function','name':'" + "m".repeat(64) + "'},{'type':'custom','name':'" + "m".repeat(64)
                        + "'}");
        ResponsesRequest request = read("{#,'tools':[" + tools + "]}");
        OfferedTools offered = request.tools();
        List<String> names = ResponsesRequests.names(request);

        assertEquals(
                List.of("mcp__gh__find", "mcp__gh__find_2", "mcp__gh__run", "gh__a_b", "gh__a_b_2"),
                names.subList(0, 5));
        assertEquals(names.size(), Set.copyOf(names).size());
        names.forEach(name -> assertTrue(ALLOWED.matcher(name).matches(), name));
        assertEquals(
                new ClientTool(ItemKind.FUNCTION_CALL, "mcp__gh__", "find"), offered.clientTool("mcp__gh__find_2"));
        assertEquals(new ClientTool(ItemKind.CUSTOM_CALL, "mcp__gh__", "run"), offered.clientTool("mcp__gh__run"));
        assertEquals(new ClientTool(ItemKind.FUNCTION_CALL, "gh", "a_b"), offered.clientTool("gh__a_b_2"));
        assertEquals(new ClientTool(ItemKind.FUNCTION_CALL, "x", longName + "1"), offered.clientTool(names.get(6)));
        assertEquals(new ClientTool(ItemKind.FUNCTION_CALL, null, "unknown"), offered.clientTool("unknown"));
        assertEquals("mcp__gh__find_2", offered.upstreamName(function("mcp__gh__", "find")));
        assertEquals("mcp__gh__find", offered.upstreamName(function(null, "mcp__gh__find")));
        assertEquals("mcp__gh__run", offered.upstreamName(function(null, "run")));
        assertEquals("other__run", offered.upstreamName(function("other", "run")));
        assertEquals("gone_by", offered.upstreamName(function(null, "gone.by")));
    }

    private static ClientTool function(@Nullable String namespace, String name) {
        return new ClientTool(ItemKind.FUNCTION_CALL, namespace, name);
    }

    @Test
    void past_call_without_a_namespace_is_of_the_first_tool_of_its_name() {
        String other = GH.replace("mcp__gh__", "other");
        var offered = read("{#,'tools':[" + GH + "," + other + "]}").tools();

        assertEquals("mcp__gh__find", offered.upstreamName(function(null, "find")));
    }

    @Test
    void past_call_is_matched_by_name_and_kind() {
        var offered = read("{#,'tools':[{'type':'function','name':'x'},{'type':'custom','name':'x'}]}")
                .tools();

        assertEquals("x", offered.upstreamName(function(null, "x")));
        assertEquals("x_2", offered.upstreamName(new ClientTool(ItemKind.CUSTOM_CALL, null, "x")));
    }

    @Test
    void shortened_tool_name_is_the_same_in_each_request() {
        String tool = "{'type':'namespace','name':'x','tools':[{'type':'function','name':'" + "n".repeat(70) + "'}]}";

        assertEquals(
                functions(tool).getFirst().name(),
                functions(F + "," + tool).getLast().name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    'auto'|auto|f patch mcp__gh__find mcp__gh__run
                    'none'|none|f patch mcp__gh__find mcp__gh__run
                    'required'|required|f patch mcp__gh__find mcp__gh__run
                    null|null|f patch mcp__gh__find mcp__gh__run
                    {'type':'function','name':'f'}|f|f patch mcp__gh__find mcp__gh__run
                    {'type':'function','name':'find'}|mcp__gh__find|f patch mcp__gh__find mcp__gh__run
                    {'type':'function','namespace':'mcp__gh__','name':'find'}|mcp__gh__find|f patch mcp__gh__find mcp__gh__run
                    {'type':'custom','name':'patch'}|patch|f patch mcp__gh__find mcp__gh__run
                    {'type':'allowed_tools','mode':'auto','tools':[{'type':'custom','name':'patch'},{'type':'web_search'}]}|auto|patch
                    {'type':'allowed_tools','mode':'required','tools':[{'type':'namespace','name':'mcp__gh__'}]}|required|mcp__gh__find mcp__gh__run
                    {'type':'allowed_tools','mode':'auto','tools':[]}|null|
                    """)
    void tool_choice_is_translated_to_upstream_names(String choice, String upstream, String tools) {
        ResponsesRequest request =
                read("{#,'tool_choice':" + choice + ",'tools':[" + F + "," + PATCH + "," + GH + "]}");
        String chosen = switch (request.command().conversation().toolChoice()) {
            case null -> "null";
            case ToolChoice.Mode mode -> mode.name().toLowerCase(java.util.Locale.ROOT);
            case ToolChoice.Function(var name) -> name;
            case ToolChoice.Other(var json) -> json;
        };

        assertEquals(upstream, chosen);
        assertEquals(tools == null ? "" : tools, String.join(" ", ResponsesRequests.names(request)));
    }

    /// Providers refuse a tool choice without tools.
    @ParameterizedTest
    @ValueSource(strings = {"{#,'tool_choice':'auto','tools':[{'type':'web_search'}]}", "{#,'tool_choice':'none'}"})
    void tool_choice_without_tools_is_omitted(String request) {
        assertNull(read(request).command().conversation().toolChoice());
    }

    @Test
    void client_tool_search_is_forwarded_and_hosted_search_dropped() {
        String search = "{'type':'tool_search','execution':'client','description':'d','parameters':{'a':1}}";
        var request = read("{#,'tools':[" + search + ",{'type':'tool_search'}]}");

        assertEquals(List.of(new Tool.Function("tool_search", "d", "{\"a\":1}")), ResponsesRequests.functions(request));
        assertEquals(
                ItemKind.SEARCH_CALL, request.tools().clientTool("tool_search").kind());
        assertEquals(List.of("tool_search"), ResponsesRequests.dropped(request));
    }
}
