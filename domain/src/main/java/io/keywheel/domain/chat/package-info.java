/// What is said in a chat, in the words all providers share.
@NullMarked
package io.keywheel.domain.chat;

import org.jspecify.annotations.NullMarked;
