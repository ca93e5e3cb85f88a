// A text field with a list to choose from, which typing narrows: ARIA's combobox.
import { element } from './dom.js';

export class Combobox {
  #field;
  #list;
  #options = [];
  #typed = '';
  #shown = [];
  #active = -1;
  /** Whether the list should be open, even if it has nothing to show yet. */
  #wanted = false;

  constructor(field, list) {
    this.#field = field;
    this.#list = list;
    field.addEventListener('click', () => this.#open());
    field.addEventListener('input', () => this.#open(field.value.trim().toLowerCase()));
    field.addEventListener('blur', () => this.#close());
    field.addEventListener('keydown', (event) => this.#pressed(event));
    // The field keeps the focus.
    list.addEventListener('pointerdown', (event) => event.preventDefault());
    list.addEventListener('click', ({ target }) => this.#choose([...list.children].indexOf(target.closest('li'))));
  }

  /** Each has a `value`, a `text` and a `note`. A chosen value that is no longer offered is cleared. */
  offer(options) {
    const has = (some) => some.some(({ value }) => value === this.#field.value);
    if (has(this.#options) && !has(options)) {
      this.#field.value = '';
    }
    this.#options = options;
    if (this.#wanted) {
      const active = this.#shown[this.#active]?.value;
      this.#open(this.#typed);
      this.#activate(this.#shown.findIndex(({ value }) => value === active));
    }
  }

  #open(typed = '') {
    this.#wanted = true;
    this.#typed = typed;
    this.#shown = this.#options.filter(({ text, note }) => `${text} ${note}`.toLowerCase().includes(typed));
    this.#list.replaceChildren(
      ...this.#shown.map(({ value, text, note }, i) => {
        const state = { role: 'option', id: `${this.#list.id}-${i}`, 'aria-selected': String(value === this.#field.value) };
        return element('li', state, element('span', {}, text), ' ', element('span', { class: 'note' }, note));
      }),
    );
    this.#list.classList.toggle('above', this.#field.getBoundingClientRect().top > innerHeight / 2);
    this.#show(this.#shown.length > 0);
    this.#activate(-1);
  }

  #close() {
    this.#wanted = false;
    this.#show(false);
    this.#activate(-1);
  }

  #show(open) {
    this.#list.hidden = !open;
    this.#field.setAttribute('aria-expanded', String(open));
  }

  #activate(i) {
    this.#list.children[this.#active]?.classList.remove('active');
    this.#active = i;
    const item = this.#list.children[i];
    item?.classList.add('active');
    item?.scrollIntoView({ block: 'nearest' });
    this.#field.setAttribute('aria-activedescendant', item?.id ?? '');
  }

  #choose(i) {
    if (this.#shown[i]) {
      this.#field.value = this.#shown[i].value;
      this.#field.dispatchEvent(new Event('change'));
      this.#close();
    }
  }

  #pressed(event) {
    const open = !this.#list.hidden;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!open) {
        this.#open();
      }
      const [count, step] = [this.#shown.length, event.key === 'ArrowDown' ? 1 : -1];
      this.#activate(this.#active < 0 && step < 0 ? count - 1 : (this.#active + step + count) % count);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.#choose(this.#active);
      this.#close();
    } else if (event.key === 'Escape' && open) {
      // Escape closes only the list.
      event.stopPropagation();
      this.#close();
    }
  }
}
