/// JSON that keeps its text.
@NullMarked
package io.keywheel.json;

import org.jspecify.annotations.NullMarked;
