package io.keywheel.adapters.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.client.RawClient;
import io.keywheel.domain.client.ClientRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The list of models, and `POST /api/models/refresh`.
class ModelsTest {

    private static final String REFRESH = "/api/models/refresh";

    @AutoClose
    private final TestServer testServer = new TestServer();

    private Response get(String path) {
        return testServer.exchange(RawClient.get(path, "Connection: close"));
    }

    private boolean started() {
        return testServer.post(REFRESH, "{}").json().path("started").booleanValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/openai/v1/models"})
    void model_list_uses_names_that_resolve_to_the_listed_owner(String path) {
        assertEquals(
                List.of(
                        "auto keywheel",
                        "openai/gpt-oss-120b groq",
                        "groq/compound groq",
                        "both groq",
                        "gpt-oss-120b cerebras",
                        "cerebras/both cerebras"),
                list(path));
    }

    private List<String> list(String path) {
        var response = testServer.get(path).assertStatus(200);
        assertEquals("list", response.text("/object"));
        return response.json()
                .path("data")
                .valueStream()
                .map(model -> model.path("id").textValue() + " "
                        + model.path("owned_by").textValue())
                .toList();
    }

    @Test
    void anthropic_version_header_adds_anthropic_fields() {
        String version = "anthropic-version: 2023-06-01";

        var list = testServer.get("/v1/models", version).assertStatus(200).json();
        var one = testServer.get("/v1/models/auto", version).assertStatus(200).json();

        assertEquals(TestServer.json("""
                        {"id": "auto", "object": "model", "created": 0, "owned_by": "keywheel",
                         "type": "model", "display_name": "auto", "created_at": "1970-01-01T00:00:00Z",
                         "lifecycle": "active"}"""), one);
        assertEquals(one, list.path("data").get(0));
        assertEquals("false", list.path("has_more").toString());
        assertEquals("auto", list.path("first_id").textValue());
        assertEquals("cerebras/both", list.path("last_id").textValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"after_id=cerebras/both", "before_id=auto"})
    void nothing_is_before_or_after_the_one_page_of_models(String query) {
        var page = testServer.get("/v1/models?" + query, "anthropic-version: 2023-06-01");

        assertEquals(TestServer.json("""
                        {"object": "list", "data": [], "has_more": false, "first_id": null, "last_id": null}"""), page.json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"after_id=&before_id=", "after_id&before_id"})
    void empty_place_in_the_list_of_models_counts_as_absent(String query) {
        String version = "anthropic-version: 2023-06-01";

        assertEquals(
                testServer.get("/v1/models", version).json(),
                testServer.get("/v1/models?" + query, version).json());
    }

    @Test
    void virtual_models_are_listed_first_without_patterns() {
        testServer.models.define("smart=groq", "gpt-*=groq", "both=cerebras/both");

        assertEquals(
                List.of(
                        "auto keywheel",
                        "smart keywheel",
                        "both keywheel",
                        "openai/gpt-oss-120b groq",
                        "groq/compound groq",
                        "groq/both groq",
                        "cerebras/gpt-oss-120b cerebras",
                        "cerebras/both cerebras"),
                list("/v1/models"));
    }

    @ParameterizedTest
    @CsvSource({"smart, keywheel", "gpt-oss-120b, keywheel", "gpt-9, keywheel", "groq/compound, groq"})
    void virtual_model_or_pattern_match_is_owned_by_keywheel(String id, String owner) {
        testServer.models.define("smart=groq", "gpt-*=groq");

        assertEquals(owner, get("/v1/models/" + id).assertStatus(200).text("/owned_by"));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/models/auto, auto, keywheel",
        "/v1/models/both, both, groq",
        "/v1/models/openai/gpt-oss-120b, openai/gpt-oss-120b, groq",
        "/v1/models/groq/openai/gpt-oss-120b, groq/openai/gpt-oss-120b, groq",
        "/v1/models/groq/compound, groq/compound, groq",
        "/v1/models/cerebras/both, cerebras/both, cerebras",
        "/v1/models/openai%2Fgpt-oss-120b, openai/gpt-oss-120b, groq",
        "/v1/models/openai%2fgpt-oss-120b, openai/gpt-oss-120b, groq",
        "/openai/v1/models/openai%2Fgpt%2Doss-120b, openai/gpt-oss-120b, groq",
    })
    void model_is_found_by_each_of_its_names(String path, String id, String owner) {
        get(path)
                .assertJson(
                        200,
                        "{\"id\":\"" + id + "\",\"object\":\"model\",\"created\":0,\"owned_by\":\"" + owner + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/nothing",
                "/v1/models/groq/nothing",
                "/v1/models/%20",
                "/v1/models/x%",
                "/v1/models/x+y",
                "/v1/models/..%2f..%2fapi%2fkeys",
                "/v1/models/%2e%2e/%2e%2e/api/keys",
                "/v1/models/../../api/keys",
                "/v1/models/a;b=c",
                "/v1/models//auto",
                "/v1/models/"
            })
    void unknown_or_malformed_model_path_returns_an_error(String path) {
        var response = get(path);

        assertTrue(response.status() == 404 || response.status() == 400, response::toString);
        assertFalse(response.text("/error/message").isEmpty(), response.body());
    }

    @Test
    void unknown_model_error_names_a_near_match() {
        var response = testServer.get("/v1/models/gpt-oss-12b").assertError(404, "model_not_found");

        assertTrue(response.text("/error/message").contains("'gpt-oss-120b'"), response.body());
    }

    @Test
    void a_get_starts_no_refresh() {
        testServer.get("/v1/models").assertStatus(200);
        testServer.get("/v1/models?refresh=true").assertStatus(200);
        testServer.get(REFRESH).assertStatus(405);
        assertEquals("405", testServer.statusOf(RawClient.head("HEAD " + REFRESH)));

        assertEquals(0, testServer.models.refreshes.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"models\": 1}", "[]", "{"})
    void invalid_refresh_body_returns_400_and_starts_no_refresh(String body) {
        testServer.post(REFRESH, body).assertStatus(400);

        assertEquals(0, testServer.models.refreshes.get());
    }

    @Test
    void refresh_returns_whether_it_has_started() {
        assertTrue(started());
        assertFalse(started());
    }

    @Test
    void model_list_omits_models_forbidden_by_the_clients_rule() {
        testServer.rule = new ClientRule(Map.of(), List.of("auto", "groq/*"), false);
        assertEquals(
                List.of("auto", "openai/gpt-oss-120b", "groq/compound", "both"),
                testServer.get("/v1/models").json().path("data").findValuesAsText("id"));
        testServer.get("/v1/models/gpt-oss-120b").assertError(403, "model_not_allowed");
        var unknown = testServer.get("/v1/models/groq/none").assertError(404, "model_not_found");
        assertEquals(-1, unknown.body().indexOf("did you mean"), unknown::body);
    }
}
