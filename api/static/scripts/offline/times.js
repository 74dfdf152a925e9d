// Times as everywhere here: Beijing's, whatever the device is set to.
const form = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "medium" });

export const moment = (milliseconds) => form.format(new Date(milliseconds));
