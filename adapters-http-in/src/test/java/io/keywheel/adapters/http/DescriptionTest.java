package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.http.status.ConsoleAsset;
import io.keywheel.openapi.Description;
import io.keywheel.openapi.RecordedExchange;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.StringEntry;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The served OpenAPI document matches the endpoints. All other tests check responses against its schemas.
class DescriptionTest {

    private static final JsonNode DOCUMENT = TestServer.DESCRIPTION.document();

    @AutoClose
    private static final TestServer testServer = new TestServer();

    @Test
    void openapi_is_served_as_json_and_as_its_source_yaml() throws IOException {
        for (String path : List.of("/openapi", "/openapi.json", "/openapi")) {
            assertEquals(
                    DOCUMENT,
                    testServer
                            .get(path)
                            .assertHeader("Content-Type", "application/json")
                            .json());
        }
        var yaml = testServer.get("/openapi.yaml").assertHeader("Content-Type", "application/yaml");
        try (var written = HttpGateway.class.getResourceAsStream("status/openapi.yaml")) {
            assertEquals(new String(written.readAllBytes(), StandardCharsets.UTF_8), yaml.body());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    application/json;q=0.5, application/yaml  | application/yaml
                    application/yaml;q=0.5, application/json  | application/json
                    */*                                       | application/json
                    """)
    void openapi_format_follows_the_accept_header(String accept, String type) {
        testServer.get("/openapi", "Accept: " + accept).assertStatus(200).assertHeader("Content-Type", type);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /               | Accept: text/html     | Location
                    /v1/models      | anthropic-version: 1  | request-id
                    /v1/models/nope | anthropic-version: 1  | request-id
                    /api/usage      | x-api-key: s3cret     | X-Keywheel-Client
                    /api/requests   | x-api-key: s3cret     | X-Keywheel-Client
                    """)
    void head_has_the_described_headers_of_get(String path, String condition, String header) {
        try (var guarded = TestServer.guarded("s3cret")) {
            var response =
                    guarded.send("HEAD", path, BodyPublishers.noBody(), condition, "Authorization: Bearer s3cret");

            assertFalse(response.header(header).isEmpty(), path);
        }
    }

    /// Paths are string constants of the classes that register them.
    private static List<String> constants() throws IOException {
        var constants = new ArrayList<String>();
        try (Stream<Path> classes = Files.walk(Path.of("target/classes/io/keywheel/adapters/http"))) {
            for (Path file :
                    classes.filter(file -> file.toString().endsWith(".class")).toList()) {
                ClassFile.of().parse(file).constantPool().forEach(entry -> {
                    if (entry instanceof StringEntry string
                            && string.stringValue().matches("/[\\w/.-]*")) {
                        constants.add(string.stringValue());
                    }
                });
            }
        }
        return constants;
    }

    /// The `Allow` header of this path; empty without an endpoint.
    private String allowedAt(String path) {
        return testServer.send("PATCH", path, BodyPublishers.noBody()).header("Allow");
    }

    @Test
    void openapi_paths_match_the_registered_routes() throws IOException {
        var described = new TreeMap<String, String>();
        DOCUMENT.get("paths")
                .properties()
                .forEach(path -> roots(path.getValue())
                        .flatMap(root -> written(root + path.getKey(), path.getValue()))
                        .forEach(at -> described.put(at, methods(path.getValue()))));
        var there = new TreeMap<String, String>();
        var candidates = new TreeSet<>(constants());
        candidates.addAll(described.keySet());
        ConsoleAsset.all().forEach(consoleAsset -> candidates.add(consoleAsset.path()));
        candidates.forEach(path -> there.put(path, allowedAt(path)));
        there.values().removeIf(String::isEmpty);

        assertTrue(constants().contains("/api/chat"), () -> "of the paths, only " + there);
        assertEquals(there, described);
    }

    private static Stream<String> roots(JsonNode path) {
        return path.path("servers").isEmpty()
                ? Stream.of("")
                : path.get("servers")
                        .valueStream()
                        .map(server -> server.get("url").textValue().replaceFirst("/$", ""));
    }

    /// Paths with a value for each path parameter.
    private static Stream<String> written(String template, JsonNode path) {
        JsonNode parameters = path.get("parameters");
        JsonNode values = parameters.path(parameters.size() - 1).at("/schema/enum");
        return (values.isEmpty() ? Stream.of("x") : values.valueStream().map(JsonNode::textValue))
                .map(value -> template.replaceFirst("\\{.*}", value));
    }

    private static String methods(JsonNode path) {
        return path.has("post") ? "POST" : path.has("get") && path.has("head") ? "GET, HEAD" : "";
    }

    @Test
    void operation_ids_are_unique_and_schemas_are_well_formed() {
        List<String> ids = DOCUMENT.findValuesAsText("operationId");
        var schemas = DOCUMENT.at("/components/schemas").properties();

        assertEquals(ids.size(), Set.copyOf(ids).size());
        assertTrue(ids.size() > 15 && schemas.size() > 30, ids::toString);
        schemas.forEach(schema -> assertEquals(List.of(), Description.faultsOfSchema(schema.getValue())));
    }

    /// A generator of requests must not find values that the schemas allow and the gateway refuses.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    /v1/chat/completions | {'messages':[{'role':'user','content':null}]}
                    /v1/chat/completions | {'messages':[{'role':'user','content':[]}]}
                    /v1/chat/completions | {'messages':[{'role':'assistant','content':[]}]}
                    /v1/chat/completions | {'messages':[{'role':'user','content':'a','tool_call_id':'c'}]}
                    /v1/chat/completions | {'messages':[{'role':'tool','content':'a'}]}
                    /v1/chat/completions | {'messages':[{'role':'assistant','name':'a','tool_calls':[]}]}
                    /v1/chat/completions | {'messages':[{'role':'assistant','tool_calls':[{'id':'c','type':'function'}]}]}
                    /v1/chat/completions | {'messages':[{'role':'user','content':[{'type':'text'}]}]}
                    /v1/chat/completions | {'messages':[{'role':'user','content':[{'type':'image_url'}]}]}
                    /v1/chat/completions | {'messages':[{'role':'user','content':'a'}],'tools':[{'type':'function'}]}
                    /v1/chat/completions | {'messages':[{'role':'user','content':'a'}],'stream_options':{}}
                    /v1/responses        | {'input':''}
                    /v1/responses        | {'input':[{}]}
                    /v1/responses        | {'input':[{'type':'item_reference','id':'i'}]}
                    /v1/responses        | {'input':[{'role':'user','content':[{'type':'image_url'}]}]}
                    /v1/responses        | {'input':[{'role':'user','content':[{'type':'input_image','file_id':'i'}]}]}
                    /v1/responses        | {'input':[{'role':'user','content':[{'type':'input_file','file_url':'u'}]}]}
                    /v1/responses        | {'input':[{'type':'reasoning','summary':['a']}]}
                    /v1/responses        | {'input':[{'type':'function_call_output','call_id':'c','output':[{}]}]}
                    /v1/responses        | {'input':[{'type':'function_call','name':'f'}]}
                    /v1/responses        | {'input':[{'type':'custom_tool_call','call_id':'c'}]}
                    /v1/responses        | {'input':[{'type':'function_call_output'}]}
                    /v1/responses        | {'input':'a','tools':[{'type':'namespace'}]}
                    /v1/responses        | {'input':'a','tools':[{'type':'namespace','name':'n','tools':[{}]}]}
                    /v1/responses        | {'input':'a','tools':[{'type':'function','name':'f','parameters':'p'}]}
                    /v1/responses        | {'input':'a','tool_choice':'any'}
                    /v1/responses        | {'input':'a','tool_choice':{'type':'web_search'}}
                    /v1/responses        | {'input':'a','tool_choice':{'type':'function'}}
                    /v1/responses        | {'input':'a','tool_choice':{'type':'allowed_tools','mode':'auto','tools':['f']}}
                    /v1/messages         | {'max_tokens':1,'messages':[{'role':'user','content':[{'type':'image'}]}]}
                    /v1/messages         | {'max_tokens':1,'messages':[{'role':'user','content':[{'type':'document'}]}]}
                    /v1/messages         | {'max_tokens':1,'messages':[{'role':'user','content':[{'type':'tool_result'}]}]}
                    /v1/messages         | {'max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'tool_use'}]}]}
                    /v1/messages         | {'max_tokens':1,'messages':[{'role':'assistant','content':[{'type':'thinking','thinking':1}]}]}
                    /v1/messages         | {'max_tokens':1,'messages':[{'role':'user','content':'a'}],'tools':[{'name':'f'}]}
                    """)
    void refused_request_is_invalid_by_its_schema(String path, String request) {
        String body = request.replace('\'', '"');

        testServer.post(path, body).assertStatus(400);

        String schema = "/paths/" + escaped(path) + "/post/requestBody/content/application~1json/schema";
        assertFalse(TestServer.DESCRIPTION.faults(schema, TestServer.json(body)).isEmpty());
    }

    @Test
    void empty_content_beside_tool_calls_is_valid_by_its_schema() {
        testServer.chats.answer("Hi");
        String body = """
                {"messages": [{"role": "assistant", "content": [],
                  "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}]}
                """;

        testServer.post("/v1/chat/completions", body).assertStatus(200);
    }

    /// Maps each example's JSON pointer to that of its schema.
    private static void examples(String place, JsonNode node, Map<String, String> found) {
        if (node.has("examples") && node.get("examples").isObject()) {
            node.get("examples")
                    .properties()
                    .forEach(example -> found.put(
                            place + "/examples/" + escaped(example.getKey()) + "/value",
                            place + (node.has("x-events") ? "/x-events" : "/schema")));
        }
        node.properties().forEach(field -> examples(place + "/" + escaped(field.getKey()), field.getValue(), found));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            examples(place + "/" + i, node.get(i), found);
        }
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    @Test
    void openapi_examples_conform_to_their_schemas() {
        var examples = new TreeMap<String, String>();
        examples("", DOCUMENT, examples);

        assertTrue(examples.size() > 30, examples::toString);
        examples.forEach((example, schema) -> {
            JsonNode value = DOCUMENT.at(example);
            List<JsonNode> values =
                    schema.endsWith("x-events") ? RecordedExchange.events(value.textValue()) : List.of(value);
            assertFalse(values.isEmpty(), example);
            values.forEach(one -> TestServer.DESCRIPTION.check(schema, one));
        });
    }
}
