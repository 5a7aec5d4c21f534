// Light and dark: what the system says, until somebody presses the button.
import {byID} from './dom.js';
import {theme} from './here.js';

const system = matchMedia('(prefers-color-scheme: dark)');
const root = document.documentElement;

const show = (choice) => { root.dataset.theme = choice ?? (system.matches ? 'dark' : 'light'); };

system.addEventListener('change', () => show(localStorage.theme));
byID('theme').addEventListener('click', () => {
  localStorage.theme = root.dataset.theme === 'dark' ? 'light' : 'dark';
  show(localStorage.theme);
});
show(theme ?? localStorage.theme);
