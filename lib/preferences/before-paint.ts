/** Names of what a reader's browser remembers about the look of the site. */
export const PREFERENCE = {
  theme: "slipway:theme",
  /** Width of the text beside the lab, in percent. */
  split: "slipway:split",
} as const;

/** Runs before the first paint, so that a chosen theme and a moved divider never flash. Without storage the defaults stay. */
export const beforePaint = `try{var d=document.documentElement,t=localStorage.getItem("${PREFERENCE.theme}"),s=parseFloat(localStorage.getItem("${PREFERENCE.split}"));if(t==="light"||t==="dark")d.dataset.theme=t;if(s>=25&&s<=75)d.style.setProperty("--split",s+"%")}catch(e){}`;
