package io.keywheel.adapters.http.request;

import static io.keywheel.adapters.http.request.Asked.message;
import static io.keywheel.adapters.http.request.Asked.part;
import static io.keywheel.adapters.http.request.Asked.said;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.Part;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiPartsTest {

    @Test
    void parts_keep_their_order() {
        assertEquals(
                List.of(new Part.Text("b"), new Part.Image("u", null), new Part.Text("a")),
                message("""
                                {'role':'user','content':[{'type':'text','text':'b'},{'type':'image_url','image_url':'u'},
                                {'type':'text','text':'a'}]}""").content());
    }

    @Test
    void a_text_part_is_its_words_and_what_it_says_beside() {
        var text = assertInstanceOf(Part.Text.class, part("{'b':1.10,'type':'text','text':'c','a':null}"));

        assertEquals("c", text.text());
        assertEquals(List.of("b=1.10", "a=null"), said(text.extras().fields()));
    }

    @Test
    void an_image_part_is_its_address_its_detail_and_what_it_says_beside() {
        var image = assertInstanceOf(
                Part.Image.class, part("{'b':1.10,'type':'image_url','image_url':{'url':'u','detail':'low'}}"));

        assertEquals(new Part.Image("u", "low", Extras.of("b", "1.10")), image);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'u'", "{'url':'u'}", "{'url':'u','detail':null}"})
    void an_image_may_be_its_address_alone(String image) {
        assertEquals(
                new Part.Image("u", null, Extras.of("b", "1.10")),
                part("{'type':'image_url','image_url':" + image + ",'b':1.10}"));
    }

    @Test
    void an_image_that_says_more_than_we_know_is_kept_whole() {
        var other = assertInstanceOf(Part.Other.class, part("{'type':'image_url','image_url':{'url':'u','x':1.10}}"));

        assertEquals(
                List.of("type='image_url'", "image_url={'url':'u','x':1.10}"),
                said(other.fields().fields()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"refusal", "input_audio", "file", "Text"})
    void any_other_part_is_kept_whole(String type) {
        var other = assertInstanceOf(Part.Other.class, part("{'z':[1.10],'type':'" + type + "','text':7}"));

        assertEquals(
                List.of("z=[1.10]", "type='" + type + "'", "text=7"),
                said(other.fields().fields()));
    }
}
